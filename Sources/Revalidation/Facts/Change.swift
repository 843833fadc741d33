package import Foundation
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
    /// When the key is probed next, why it was held, or which refusals disabled it.
    package let circumstance: Circumstance?

    /// What is to be known of a change beside the answer.
    package enum Circumstance: Sendable, Equatable {
        /// The key is probed again at this time.
        case next(Date)
        /// The guard held it.
        case held(KeyHeld)
        /// These refusals disabled it.
        case refused(Refusals)
    }

    fileprivate enum CodingKeys: String, CodingKey {
        case kind = "change"
        case keyID = "key_id"
        case tenantID = "tenant"
        case provider, prefix, finding, details, refusals
        case httpStatus = "http_status"
        case providerCode = "provider_code"
        case nextProbeAt = "next_probe_at"
        case suspectedSince = "suspected_since"
    }

    init(_ kind: Kind, _ key: StoredKey, _ observation: Observation, _ circumstance: Circumstance? = nil) {
        self.kind = kind
        keyID = key.id
        tenantID = key.tenantID
        provider = key.provider
        prefix = key.prefix
        finding = observation.finding
        httpStatus = observation.httpStatus
        providerCode = observation.classification.providerCode
        self.circumstance = circumstance
    }
}

extension Change {
    /// Encodes the change with facts only: `details` is the name of the reason for which a key was held.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(keyID, forKey: .keyID)
        try container.encode(tenantID, forKey: .tenantID)
        try container.encode(provider, forKey: .provider)
        try container.encode(prefix, forKey: .prefix)
        try container.encode(finding, forKey: .finding)
        try container.encodeIfPresent(httpStatus, forKey: .httpStatus)
        try container.encodeIfPresent(providerCode, forKey: .providerCode)
        try circumstance?.encode(to: &container)
    }
}

extension Change.Circumstance {
    fileprivate func encode(to container: inout KeyedEncodingContainer<Change.CodingKeys>) throws {
        switch self {
        case .next(let date): try container.encode(date, forKey: .nextProbeAt)
        case .held(let held): try container.encode(held.reason, forKey: .details)
        case .refused(let refusals):
            try container.encode(refusals.count, forKey: .refusals)
            try container.encode(refusals.since, forKey: .suspectedSince)
        }
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
