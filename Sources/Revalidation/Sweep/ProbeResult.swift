internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// One probe's result with the transition that follows from it, waiting to be written.
final class ProbeResult: Sendable {
    let due: DueKey
    let observation: Observation
    let transition: HealthTransition
    let control: ControlOutcome?
    /// Whether the probe went to the tenant's own host, which only the tenant can repair.
    let isOnTenantsHost: Bool
    /// Why the key was probed out of turn; nil where it was due.
    let cause: KeyProbed.Cause?

    var key: StoredKey { due.key }

    /// The scope under which the guard counts the key.
    var scope: GuardScope { GuardScope(key, transition.health) }

    /// The expiry that the provider named; nil where the store has it already (within a second).
    var toldExpiry: Date? {
        observation.classification.expiresAt.flatMap { told in
            key.expiresAt.map { abs($0.timeIntervalSince(told)) < 1 } == true ? nil : told
        }
    }

    /// Whether it may be evidence about other keys: a conclusive answer of an active key that was not suspected before.
    var speaksForOthers: Bool {
        observation.verdict != .unknown && key.health.state == .active(nil)
    }

    init(
        due: DueKey, observation: Observation, transition: HealthTransition, control: ControlOutcome? = nil,
        isOnTenantsHost: Bool = false, cause: KeyProbed.Cause? = nil
    ) {
        self.due = due
        self.observation = observation
        self.transition = transition
        self.control = control
        self.isOnTenantsHost = isOnTenantsHost
        self.cause = cause
    }
}
