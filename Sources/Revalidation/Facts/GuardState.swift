package import Foundation
package import Judgement

/// The state of one scope's guard, for operators: breaker, sums, cap and releases.
package struct GuardState: Sendable {
    /// The provider, key type and host that the state is of.
    package let scope: GuardScope
    /// The open breaker; nil while it is closed.
    package let breaker: BreakerEpisode?
    /// Whether a run that started now would close the breaker.
    package let closesNext: Bool
    /// The sums of the last 24 hours and the most that they may be.
    package let sums: Breaker.Assessment
    /// The baseline, from 0 to 1: the share of newly refused keys in the 28 days before, or the assumed minimum
    /// (ruling 2).
    package let usualRate: Double
    /// The number of active keys that are suspected.
    package let suspicions: Int
    /// The number of keys that runs disabled in the last 24 hours.
    package let disabledInDay: Int
    /// The largest number of keys that runs may disable in 24 hours.
    package let cap: Int
    /// The time at which the breaker last closed.
    package let closedAt: Date?
    /// Operators' releases that may still cover a suspicion, oldest first.
    package let releases: [BreakerRelease]
}
