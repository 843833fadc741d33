package import Foundation
package import Vocabulary

/// The refusal at which a key that the guard held is disabled at the earliest, though its doubt remains.
package struct NextRefusal: Sendable, Equatable, Codable {
    /// Which of the refusals that count it is: 4 for the fourth.
    package let number: Int
    /// When it comes at the earliest.
    package let at: Date

    /// The refusal that ends the doubt about a key held at `now`, which is probed daily from then on. Nil where the
    /// reason is none that refusals alone end.
    ///
    /// - Parameters:
    ///   - suspicion: the suspicion after the refusal that confirmed it.
    ///   - closedAt: when the scope's breaker last closed; a suspicion from before counts again from then.
    ///   - answer: the refusal that confirmed.
    package init?(
        after suspicion: Suspicion, heldFor reason: DisablingGuard.Reason, closedAt: Date?,
        answer: Observation, timing: Timing, now: Date
    ) {
        guard reason == .noEvidence || reason == .restarted else { return nil }
        let restart = closedAt.flatMap { suspicion.countedFrom < $0 ? $0 : nil }
        let start = restart ?? suspicion.countedFrom
        let rule = ConfirmationRule(of: answer, isDoubted: start > suspicion.since, timing)
        var count = restart == nil ? suspicion.deadCount : 1
        var date = now
        var age: TimeInterval
        repeat {
            date += Timing.day
            age = date.timeIntervalSince(start) + Timing.early(rule.gap)
            // As the transition counts: each refusal counts only a gap after the one before.
            if rule.gap <= 0 || age / rule.gap >= Double(count) { count += 1 }
        } while count < rule.needed || age < rule.span
            || !DisablingGuard.isBeyondDoubt(refusals: count, since: start, now: date)
        number = count
        at = date
    }
}
