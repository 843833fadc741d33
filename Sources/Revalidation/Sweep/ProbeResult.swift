internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// One probe's result with the ruling on it, waiting to be written.
final class ProbeResult: Sendable {
    let due: DueKey
    let observation: Observation
    let transition: HealthTransition
    let control: ControlOutcome?
    /// Whether it was asked on a host of the tenant's own, which only the tenant can mend.
    let isOnTenantsHost: Bool
    let details: String?

    var key: StoredKey { due.key }

    /// What the guard counts the key under.
    var scope: GuardScope { GuardScope(key, transition.health) }

    /// The end of the key's life that the provider tells, where it is news.
    var toldExpiry: Date? {
        observation.classification.expiresAt.flatMap { told in
            key.expiresAt.map { abs($0.timeIntervalSince(told)) < 1 } == true ? nil : told
        }
    }

    /// Whether it may be evidence about other keys: an answer of a key in use that was not suspected before.
    var speaksForOthers: Bool {
        observation.verdict != .unknown && key.health.suspicion == nil && transition.health.status == .active
    }

    init(
        due: DueKey, observation: Observation, transition: HealthTransition, control: ControlOutcome? = nil,
        isOnTenantsHost: Bool = false, details: String? = nil
    ) {
        self.due = due
        self.observation = observation
        self.transition = transition
        self.control = control
        self.isOnTenantsHost = isOnTenantsHost
        self.details = details
    }
}
