internal import Foundation
public import KeyVigil

/// One key's change of state in a run, for the report.
public struct Change: Sendable, Encodable {
    /// What happened to the key.
    public enum Kind: String, Sendable, Encodable, CaseIterable {
        case suspected, cleared, disabled, recovered, held, capped, exhausted
    }

    /// What happened.
    public let kind: Kind
    /// To which key.
    public let keyID: String
    /// Whose.
    public let tenantID: String
    /// Which provider.
    public let provider: String
    /// Its stored prefix.
    public let prefix: String
    /// The finding behind it.
    public let finding: Finding
    /// The HTTP status behind it.
    public let httpStatus: Int?
    /// The provider's code behind it.
    public let providerCode: String?
    /// When it becomes due again, or why it was held.
    public let details: String?

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
    init?(_ event: Ruling.Event) {
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
