package import Foundation
package import Vocabulary

/// One row of the audit log before it is appended to a run's chain.
///
/// Of a key's secret it holds only the prefix. It holds this program's own values, never a provider's text, a label or
/// an address (ruling 29).
package struct AuditEntry: Sendable {
    /// What happened.
    package let event: AuditEvent
    /// When it happened; stored in UTC, in milliseconds.
    package let at: Date
    /// The id of the key that it is about.
    package var keyID: String?
    /// The id of the tenant.
    package var tenantID: String?
    /// The id of the provider.
    package var provider: String?
    /// The key's stored prefix (ruling 24).
    package var keyPrefix: String?
    /// The finding that caused the event.
    package var finding: Finding?
    /// The HTTP status of the answer.
    package var httpStatus: Int?
    /// The provider's machine-readable code, already filtered (ruling 25).
    package var providerCode: String?
    /// The provider's request id, already filtered (ruling 25).
    package var requestID: String?
    /// What else is to be known of the event; nil for most rows.
    package let facts: (any AuditFacts)?

    /// An entry without facts; what it does not name is nil.
    package init(
        _ event: AuditEvent, at: Date, keyID: String? = nil, tenantID: String? = nil, provider: String? = nil,
        keyPrefix: String? = nil
    ) {
        self.init(event, nil, at: at, keyID: keyID, tenantID: tenantID, provider: provider, keyPrefix: keyPrefix)
    }

    /// An entry of the event that these facts belong to; nil: there are none to tell.
    package init<Facts: AuditFacts>(
        _ facts: Facts?, at: Date, keyID: String? = nil, tenantID: String? = nil, provider: String? = nil,
        keyPrefix: String? = nil
    ) {
        self.init(
            Facts.event, facts, at: at, keyID: keyID, tenantID: tenantID, provider: provider, keyPrefix: keyPrefix)
    }

    private init(
        _ event: AuditEvent, _ facts: (any AuditFacts)?, at: Date, keyID: String?, tenantID: String?,
        provider: String?, keyPrefix: String?
    ) {
        self.event = event
        self.facts = facts
        self.at = at
        self.keyID = keyID
        self.tenantID = tenantID
        self.provider = provider
        self.keyPrefix = keyPrefix
    }

    /// Adds the answer that caused the event.
    package mutating func add(_ answer: Observation) {
        finding = answer.finding
        httpStatus = answer.httpStatus
        providerCode = answer.classification.providerCode
        requestID = answer.classification.requestID
    }
}
