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
        let suspicion = suspectedFor.map {
            Suspicion(since: now - $0, finding: .invalid, httpStatus: 401, code: nil, deadCount: deadCount)
        }
        return health(in: state(status, suspicion), edit)
    }

    package static func health(in state: KeyState, _ edit: (inout KeyHealth) -> Void = { _ in }) -> KeyHealth {
        let slot = KeySlot(slice: 2, seconds: 171_786)
        var health = KeyHealth(stored: state, slot: slot, version: 1, nextProbeAt: nil)
        health.schedule(start)
        edit(&health)
        return health
    }

    private static func state(_ status: KeyStatus, _ suspicion: Suspicion?) -> KeyState {
        switch status {
        case .active: .active(suspicion)
        case .disabled: .disabled(Disabling(.job(.invalid), at: start))
        case .revoked: .revoked
        }
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
