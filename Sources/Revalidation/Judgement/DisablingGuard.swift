internal import Foundation
public import KeyVigil

/// A key whose death was confirmed by a dead answer of this run; the guard decides what happens to it.
public struct Candidate: Sendable {
    /// The key as it was read before the probe.
    public var key: StoredKey
    /// Its health as the probe left it, which is what the store holds unless somebody changed it meanwhile.
    public var health: KeyHealth
    /// The answer that confirmed.
    public var observation: Observation
}

/// The smallest guard: nothing is disabled on a provider's word alone, and never many at once.
public enum DisablingGuard {
    /// What the store and this run know about a provider when a disabling is about to happen.
    public struct Evidence: Sendable {
        /// Other keys of the provider, or the operator's canary, that this run found `valid`.
        public var validKeys: Int
        /// Keys of the provider that the job disabled in the last 24 hours, over all runs.
        public var disabledInDay: Int

        /// Evidence.
        public init(validKeys: Int, disabledInDay: Int) {
            self.validKeys = validKeys
            self.disabledInDay = disabledInDay
        }
    }

    /// What happens to a candidate.
    public enum Decision: Sendable, Equatable {
        /// It goes.
        case disable
        /// It stays, is asked again in a day, and the reason is shown.
        case hold(Reason)
    }

    /// Why a candidate stays.
    public enum Reason: String, Sendable, CaseIterable {
        /// No other key of the provider was found valid in this run.
        case noPositiveEvidence = "held: no other key of this provider was valid in this run"
        /// Three keys of the provider were disabled in 24 hours.
        case capped = "held: 3 keys of this provider were disabled within 24 hours"
        /// Too many notices wait for their mails.
        case backlog = "held: too many notices wait to be mailed"
    }

    /// At most this many keys of a provider are disabled in 24 hours.
    public static let cap = 3

    /// Decides on one candidate after another; the caller counts each disabling into `disabledInDay`.
    public static func decide(_ evidence: Evidence, mailBacklogIsFull: Bool) -> Decision {
        if mailBacklogIsFull { return .hold(.backlog) }
        if evidence.validKeys < 1 { return .hold(.noPositiveEvidence) }
        if evidence.disabledInDay >= cap { return .hold(.capped) }
        return .disable
    }
}
