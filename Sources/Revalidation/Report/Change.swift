internal import Foundation
internal import Judgement
internal import KeyVigil
package import Vocabulary

/// One key's change of state in a run, for the report.
package struct Change: Sendable, Encodable {
    /// What happened to the key.
    package enum Kind: String, Sendable, Encodable, CaseIterable {
        case suspected, cleared, disabled, recovered, held, capped, exhausted
    }

    /// What happened.
    package let kind: Kind
    /// To which key.
    package let keyID: String
    /// Whose.
    package let tenantID: String
    /// Which provider.
    package let provider: String
    /// Its stored prefix.
    package let prefix: String
    /// The finding behind it.
    package let finding: Finding
    /// The HTTP status behind it.
    package let httpStatus: Int?
    /// The provider's code behind it.
    package let providerCode: String?
    /// When it becomes due again, or why it was held.
    package let details: String?

    enum CodingKeys: String, CodingKey {
        case kind = "change"
        case keyID = "key_id"
        case tenantID = "tenant"
        case provider, prefix, finding
        case httpStatus = "http_status"
        case providerCode = "provider_code"
        case details
    }

    init(_ kind: Kind, _ key: StoredKey, _ observation: Observation, details: String? = nil) {
        self.kind = kind
        keyID = key.id
        tenantID = key.tenantID
        provider = key.provider
        prefix = key.prefix
        finding = observation.finding
        httpStatus = observation.httpStatus
        providerCode = observation.classification.providerCode
        self.details = details
    }
}

extension Change.Kind {
    /// The change that a ruling's event is reported as; nil for those that later steps decide.
    init?(_ event: HealthTransition.Event) {
        switch event {
        case .suspected: self = .suspected
        case .cleared: self = .cleared
        case .recovered: self = .recovered
        case .exhausted: self = .exhausted
        case .confirmed, .recoveryEnded, .creditRestored, .refusedThrice, .keyTypeRetired, .uncheckableForAWeek:
            return nil
        }
    }
}
