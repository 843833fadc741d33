package import Foundation
package import Vocabulary

/// The last decision before a key is disabled. It is made from what the store knows over all runners, which the
/// caller reads inside the transaction that disables the key.
package enum DisablingGuard {
    /// What the decision is made from.
    package struct Input: Sendable {
        /// The suspicion that was confirmed.
        package var suspicion: Suspicion
        /// How much this run's refusal proves.
        package var strength: Strength
        /// The result of this run's negative control.
        package var control: ControlOutcome
        /// What other keys show about the provider.
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
        /// How many keys of the scope the job may disable in 24 hours.
        package var cap: Int
        /// Whether too many notices wait to be mailed (ruling 19).
        package var isBacklogFull: Bool

        /// Starts with values under which the key is disabled; the caller then sets those that it read.
        package init(_ suspicion: Suspicion, _ strength: Strength) {
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

    /// What happens to a key whose suspicion is confirmed.
    package enum Decision: Sendable, Equatable {
        /// The key is disabled.
        case disable
        /// The key is held: it stays enabled and is probed again in a day, and the reason is shown.
        case hold(Reason)
    }

    /// Why a key is held.
    package enum Reason: String, Sendable, Codable, CaseIterable {
        /// The provider did not refuse a made-up key in this run, or got no request with one.
        case uncontrolled
        /// The breaker is open: many keys of the provider were refused at once.
        case breakerOpen
        /// Another program has used a newer catalogue entry of the provider (ruling 30).
        case outdated
        /// The suspicion stood while the breaker was open, and needs more refusals since it closed (ruling 1):
        /// ``refusalsInDoubt`` over ``spanInDoubt``.
        case restarted
        /// Other keys were refused as well.
        case evidenceFailed
        /// No other key shows that the provider still accepts keys (ruling 5): it takes ``refusalsInDoubt`` over
        /// ``spanInDoubt``.
        case noEvidence
        /// The cap of keys disabled in 24 hours is reached.
        case capped
        /// The mails that wait would delay the tenant's notice (ruling 19).
        case backlog
    }

    /// How many dead answers are needed without evidence, and after the breaker was open…
    package static let refusalsInDoubt = 3
    /// … and over how many seconds at least.
    package static let spanInDoubt = 3 * Timing.day

    /// Decides about one key. The caller adds each disabling to `disabledInDay` before it decides about the next.
    package static func decide(_ facts: Input, now: Date) -> Decision {
        guard facts.control == .passed else { return .hold(.uncontrolled) }
        if !facts.isReleased, let reason = doubt(facts, now: now) { return .hold(reason) }
        if facts.isBacklogFull { return .hold(.backlog) }
        if facts.disabledInDay >= facts.cap { return .hold(.capped) }
        return .disable
    }

    /// The first reason to hold the key among those that an operator's release overrules.
    private static func doubt(_ facts: Input, now: Date) -> Reason? {
        if facts.isOutdated { return .outdated }
        if facts.isBreakerOpen { return .breakerOpen }
        if let closedAt = facts.closedAt, facts.suspicion.countedFrom < closedAt { return .restarted }
        let isBeyondDoubt = isBeyondDoubt(
            refusals: facts.suspicion.deadCount, since: facts.suspicion.countedFrom, now: now)
        if facts.suspicion.stoodThroughOpenBreaker, !isBeyondDoubt { return .restarted }
        switch facts.evidence {
        case .passed: return nil
        case .failed: return .evidenceFailed
        case .none: return isBeyondDoubt ? nil : .noEvidence
        }
    }

    /// Whether so many refusals disable a key without evidence: ``refusalsInDoubt`` over ``spanInDoubt``.
    static func isBeyondDoubt(refusals: Int, since start: Date, now: Date) -> Bool {
        let age = now.timeIntervalSince(start) + Timing.early(Timing.day)
        return refusals >= refusalsInDoubt && age >= spanInDoubt
    }
}
