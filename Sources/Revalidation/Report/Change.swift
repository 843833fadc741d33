internal import Foundation
internal import Judgement
internal import KeyVigil
package import Vocabulary

/// One key's change of state in a run, for the report.
package struct Change: Sendable, Encodable {
    /// The kinds of change that a report counts.
    package enum Kind: String, Sendable, Encodable, CaseIterable {
        case suspected, cleared, disabled, recovered, held, capped, exhausted
    }

    /// What happened to the key.
    package let kind: Kind
    /// The key's id, a lower-case UUID.
    package let keyID: String
    /// The id of the tenant that owns the key.
    package let tenantID: String
    /// The provider's id in the catalogue.
    package let provider: String
    /// The key's first characters, as the store keeps them.
    package let prefix: String
    /// The finding that caused the change.
    package let finding: Finding
    /// The HTTP status of the answer; nil where there was none.
    package let httpStatus: Int?
    /// The provider's error code in the answer.
    package let providerCode: String?
    /// In words: when the key is probed next (UTC), why it was held, or which refusals disabled it.
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
    /// The change that an event of a transition is reported as; nil where it is none, or a later step decides.
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
