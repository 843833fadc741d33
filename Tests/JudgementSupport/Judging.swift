package import Foundation
package import Judgement
package import Vocabulary

/// Observations and healths with defaults, so that a test states only what matters.
package enum Judging {
    package static let start = Date(timeIntervalSince1970: 1_772_442_000)

    package static let scope = GuardScope(provider: "openai", keyType: "standard")

    package static func health(
        _ status: KeyStatus = .active, suspectedFor: TimeInterval? = nil, deadCount: Int = 1, at now: Date = start,
        _ edit: (inout KeyHealth) -> Void = { _ in }
    ) -> KeyHealth {
        var health = KeyHealth(slot: KeySlot(slice: 2, seconds: 171_786), now: start)
        health.status = status
        if status == .disabled { health.disabling = .init(by: .job, at: start, finding: .invalid) }
        if let suspectedFor {
            health.suspicion = .init(
                since: now - suspectedFor, finding: .invalid, httpStatus: 401, code: nil, deadCount: deadCount)
        }
        edit(&health)
        return health
    }

    package static func observation(
        _ finding: Finding, _ strength: Strength = .specific, confirmOver: Duration? = nil, retryAfter: Duration? = nil,
        at date: Date = start
    ) -> Observation {
        var classification = Classification(finding: finding)
        if finding.verdict == .dead {
            classification.strength = strength
            classification.confirmOver = confirmOver
        }
        classification.retryAfter = retryAfter
        return Observation(classification, httpStatus: 401, latency: .zero, at: date)
    }
}

extension HealthTransition {
    package init(
        _ observation: Observation, of health: KeyHealth, seesCredit: Bool = false, expiry: Date? = nil,
        timing: Timing = Timing(), history: ScopeHistory = ScopeHistory()
    ) {
        self.init(
            on: observation, of: health, in: Judging.scope, history: history, seesCredit: seesCredit, expiry: expiry,
            timing: timing)
    }
}

extension KeyHealth {
    /// Hours from the tests' start to the next probe.
    package var hoursToNext: Double? { nextProbeAt.map { $0.timeIntervalSince(Judging.start) / 3600 } }
}
