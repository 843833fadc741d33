package import Foundation
package import Vocabulary

/// The last word before a key is disabled: what the store knows over all runners, read inside the disabling transaction.
package enum DisablingGuard {
    /// Everything that decides.
    package struct Input: Sendable {
        /// What stands against the key.
        package var suspicion: KeyHealth.Suspicion
        /// How much this run's refusal proves.
        package var strength: Strength
        /// How the made-up key of this run was answered.
        package var control: ControlOutcome
        /// What other keys say of the provider.
        package var evidence: Evidence
        /// Whether the scope's breaker is open.
        package var isBreakerOpen: Bool
        /// When the scope's breaker last closed.
        package var closedAt: Date?
        /// Whether another program has used a newer entry of the catalogue for this provider.
        package var isOutdated: Bool
        /// Whether an operator's release covers the suspicion.
        package var isReleased: Bool
        /// Keys of the scope that the job disabled in the last 24 hours, over all runs.
        package var disabledInDay: Int
        /// Most keys of the scope that may be.
        package var cap: Int
        /// Whether too many notices wait for their mails.
        package var isBacklogFull: Bool

        /// Facts that speak for disabling; the caller puts in what it knows.
        package init(_ suspicion: KeyHealth.Suspicion, _ strength: Strength) {
            self.suspicion = suspicion
            self.strength = strength
            control = .passed
            evidence = .passed
            isBreakerOpen = false
            isOutdated = false
            isReleased = false
            disabledInDay = 0
            cap = 3
            isBacklogFull = false
        }
    }

    /// What happens to a candidate.
    package enum Decision: Sendable, Equatable {
        /// It goes.
        case disable
        /// It stays, is asked again in a day, and the reason is shown.
        case hold(Reason)
    }

    /// Why a candidate stays.
    package enum Reason: String, Sendable, CaseIterable {
        /// The provider did not refuse a made-up key, or was not asked.
        case uncontrolled = "no made-up key was refused in this run"
        /// Many keys of the provider were refused at once.
        case breakerOpen = "the breaker of this provider is open"
        /// Another program knows the provider better.
        case outdated = "another runner has used a newer entry of the catalogue for this provider"
        /// The breaker closed, and it takes more from then on.
        case restarted = "it stood while the breaker was open; goes at a third refusal 72 hours after it closed"
        /// Other keys were refused as well.
        case evidenceFailed = "other keys of this provider were refused too"
        /// Nobody speaks for the provider.
        case noEvidence = "no other key of this provider was valid; goes at a third refusal over 72 hours"
        /// Enough keys of the provider were disabled in 24 hours.
        case capped = "enough keys of this provider went within 24 hours"
        /// The tenants could not be told in time.
        case backlog = "too many notices wait to be mailed"
    }

    /// Without evidence, or after a breaker, so many dead answers are needed…
    package static let refusalsInDoubt = 3
    /// … over at least this.
    package static let spanInDoubt = 3 * Timing.day

    /// Decides on one candidate after another; the caller counts each disabling into `disabledInDay`.
    package static func decide(_ facts: Input, now: Date) -> Decision {
        guard facts.control == .passed else { return .hold(.uncontrolled) }
        if !facts.isReleased, let reason = doubt(facts, now: now) { return .hold(reason) }
        if facts.isBacklogFull { return .hold(.backlog) }
        if facts.disabledInDay >= facts.cap { return .hold(.capped) }
        return .disable
    }

    /// What an operator's release overrules.
    private static func doubt(_ facts: Input, now: Date) -> Reason? {
        if facts.isOutdated { return .outdated }
        if facts.isBreakerOpen { return .breakerOpen }
        if let closedAt = facts.closedAt, facts.suspicion.countedFrom < closedAt { return .restarted }
        let isThird = isThirdRefusal(facts.suspicion, now: now)
        if facts.suspicion.stoodThroughOpenBreaker, !isThird { return .restarted }
        switch facts.evidence {
        case .passed: return nil
        case .failed: return .evidenceFailed
        case .none: return isThird ? nil : .noEvidence
        }
    }

    private static func isThirdRefusal(_ suspicion: KeyHealth.Suspicion, now: Date) -> Bool {
        let age = now.timeIntervalSince(suspicion.countedFrom) + Timing.early(Timing.day)
        return suspicion.deadCount >= refusalsInDoubt && age >= spanInDoubt
    }
}
