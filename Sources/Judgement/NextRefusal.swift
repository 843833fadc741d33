package import Foundation
package import Vocabulary

/// The first refusal that can disable a held key although no other key shows that the provider accepts any.
///
/// It is no promise: made-up key, breaker, evidence and cap may hold the key then too, and a valid other key or an
/// operator's release may let an earlier refusal disable it.
package struct NextRefusal: Sendable, Equatable, Codable {
    /// Which of the refusals that count it is: 4 for the fourth. The breaker's closing is no refusal.
    package let number: Int
    /// Whether only refusals since the breaker closed count.
    package let isSinceClosing: Bool
    /// When it comes at the earliest.
    package let at: Date

    /// The refusal after a hold at `now`; the key is probed daily from then on. Nil where the reason is none that
    /// refusals alone end.
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
        isSinceClosing = start > suspicion.since
        // A closing stands in the count for the first refusal.
        number = isSinceClosing ? count - 1 : count
        at = date
    }
}
