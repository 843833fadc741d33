internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// A control's result as runners share it.
struct ControlResult: Sendable {
    enum Kind: String, Sendable { case negative, canary }

    let provider: String
    /// The tenant's own host, or one that the catalogue lists; empty where all keys go to one.
    let host: String
    let kind: Kind
    let outcome: ControlOutcome
    let observation: Observation
    /// A canary's own type: it speaks for keys of that type only. Empty for a made-up key.
    var keyType = ""
    /// The canary's own host among those that the catalogue lists: it speaks for keys of that host only.
    var keyHost = ""
    /// Whether the host is a tenant's own.
    var isOnTenantsHost = false
}

extension ControlResult {
    /// A made-up key's.
    init(madeUpKeyAt point: ControlPoint, _ answer: Observation) {
        self.init(
            provider: point.provider, host: point.host, kind: .negative,
            outcome: ControlOutcome(madeUpKeyAnswered: answer.finding), observation: answer,
            isOnTenantsHost: point.isTenants)
    }

    /// In words, for the audit log.
    var details: String {
        if isOnTenantsHost { return "\(outcome.rawValue), on the tenant's own host" }
        let place = host + keyHost
        return outcome.rawValue + (place.isEmpty ? "" : ", at \(place)")
    }
}
