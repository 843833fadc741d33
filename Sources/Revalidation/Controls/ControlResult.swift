internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// The result of a control, as it is stored for all runners.
struct ControlResult: Sendable {
    enum Kind: String, Sendable { case negative, canary }

    let provider: String
    /// The tenant's own host, or one that the catalogue lists; empty where all keys of the provider use one host.
    let host: String
    let kind: Kind
    let outcome: ControlOutcome
    let observation: Observation
    /// The canary's key type: its result is evidence for keys of that type only. Empty for a made-up key.
    var keyType = ""
    /// The canary's host among those that the catalogue lists: its result is evidence for keys of that host only.
    var keyHost = ""
    /// Whether the host is a tenant's own.
    var isOnTenantsHost = false
}

extension ControlResult {
    /// The result of the negative control at `point`.
    init(madeUpKeyAt point: ControlPoint, _ answer: Observation) {
        self.init(
            provider: point.provider, host: point.host, kind: .negative,
            outcome: ControlOutcome(madeUpKeyAnswered: answer.finding), observation: answer,
            isOnTenantsHost: point.isTenants)
    }

    /// The audit row of the control. A tenant's host is not named there (ruling 29).
    var audit: AuditEntry {
        var entry =
            switch kind {
            case .negative: AuditEntry(negativeFacts, at: observation.at, provider: provider)
            case .canary: AuditEntry(canaryFacts, at: observation.at, provider: provider)
            }
        entry.add(observation)
        return entry
    }

    private var negativeFacts: NegativeControlAsked {
        NegativeControlAsked(
            outcome: outcome, host: host.isEmpty || isOnTenantsHost ? nil : host, isOnTenantsHost: isOnTenantsHost)
    }

    private var canaryFacts: CanaryAsked {
        CanaryAsked(outcome: outcome, keyType: keyType, host: keyHost.isEmpty ? nil : keyHost)
    }
}
