package import Foundation
package import Vocabulary

/// An operator's word that a provider's refusals are true: neither breaker nor missing evidence keeps the suspicions that
/// it covers. Negative control, gap and cap still hold (ruling 4).
package struct BreakerRelease: Sendable, Equatable {
    /// Which provider.
    package let provider: String
    /// Which type of key; nil: all.
    package let keyType: String?
    /// Suspicions of which finding; nil: all.
    package let finding: Finding?
    /// When.
    package let at: Date
    /// The operator's reason.
    package let reason: String

    /// A release.
    package init(provider: String, keyType: String? = nil, finding: Finding? = nil, at date: Date, reason: String) {
        self.provider = provider
        self.keyType = keyType
        self.finding = finding
        at = date
        self.reason = reason
    }

    /// No release covers anything for longer than this.
    package static let longest = 21 * Timing.day

    /// Whether it covers this suspicion: one that stood when it was given or began within a day.
    package func covers(_ suspicion: KeyHealth.Suspicion, of scope: GuardScope, strength: Strength, now: Date) -> Bool {
        let length = strength == .specific ? 14 * Timing.day : Self.longest
        return matches(scope) && finding.map { $0 == suspicion.finding } ?? true
            && suspicion.since <= at + Timing.day && now <= at + length
    }

    /// Whether the hour of `date` counts as usual for the scope: the operator has called its deaths true.
    package func makesUsual(_ scope: GuardScope, at date: Date) -> Bool {
        matches(scope) && finding == nil && date <= at + Timing.day
    }

    /// The last hour that counts as usual for the scope, as all before it do; nil: it changes none.
    package func lastUsualHour(_ scope: GuardScope) -> Int? {
        makesUsual(scope, at: at) ? HourCount.hour(of: at + Timing.day) : nil
    }

    private func matches(_ scope: GuardScope) -> Bool {
        provider == scope.provider && keyType.map { $0 == scope.keyType } ?? true
    }
}
