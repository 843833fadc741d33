package import Foundation
package import Vocabulary

/// An operator's statement that a provider's refusals are true: neither an open breaker nor missing evidence holds a
/// key whose suspicion it covers. Negative control, gap and cap still apply (ruling 4).
package struct BreakerRelease: Sendable, Equatable {
    /// The provider's id.
    package let provider: String
    /// The type of key whose suspicions it covers; nil: all.
    package let keyType: String?
    /// The finding of the suspicions that it covers; nil: all.
    package let finding: Finding?
    /// When the operator gave it.
    package let at: Date
    /// The operator's reason.
    package let reason: String

    /// A release that an operator gives at `date`.
    package init(provider: String, keyType: String? = nil, finding: Finding? = nil, at date: Date, reason: String) {
        self.provider = provider
        self.keyType = keyType
        self.finding = finding
        at = date
        self.reason = reason
    }

    /// The seconds after which no release covers anything any more.
    package static let longest = 21 * Timing.day

    /// The end of the release for refusals by exact rules: 14 days after it was given (ruling 4).
    package var endsAt: Date { at + 14 * Timing.day }

    /// The end of the release for refusals by ambiguous rules: 21 days after it was given (ruling 4).
    package var endsForAmbiguousAt: Date { at + Self.longest }

    /// Whether it covers this suspicion at `now`: one that began before the release or within a day after it. It
    /// lasts 14 days, and ``longest`` for refusals that are not specific.
    package func covers(_ suspicion: Suspicion, of scope: GuardScope, strength: Strength, now: Date) -> Bool {
        let end = strength == .specific ? endsAt : endsForAmbiguousAt
        return matches(scope) && finding.map { $0 == suspicion.finding } ?? true
            && suspicion.since <= at + Timing.day && now <= end
    }

    /// Whether the baseline counts the hour of `date` although the breaker was open: the release says that the keys
    /// which died in it are dead.
    package func returnsHourToBaseline(_ scope: GuardScope, at date: Date) -> Bool {
        matches(scope) && finding == nil && date <= at + Timing.day
    }

    /// The last hour, since 1970 in UTC, that the scope's baseline counts because of this release, as it counts all
    /// before it; nil: the release changes no hour.
    package func lastReturnedHour(_ scope: GuardScope) -> Int? {
        returnsHourToBaseline(scope, at: at) ? HourCount.hour(of: at + Timing.day) : nil
    }

    private func matches(_ scope: GuardScope) -> Bool {
        provider == scope.provider && keyType.map { $0 == scope.keyType } ?? true
    }
}
