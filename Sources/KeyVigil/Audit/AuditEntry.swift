package import Foundation
package import Vocabulary

/// One row of the audit log before it is appended to a run's chain.
///
/// Of a key's secret it holds only the prefix. `details` holds this program's own words and codes, never a provider's
/// text, a label or an address (ruling 29).
package struct AuditEntry: Sendable {
    /// What happened.
    package var event: AuditEvent
    /// When it happened; stored in UTC, in milliseconds.
    package var at: Date
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
    /// This program's own words about the event.
    package var details: String?

    /// An entry; what it does not name is nil.
    package init(
        _ event: AuditEvent, at: Date, keyID: String? = nil, tenantID: String? = nil, provider: String? = nil,
        keyPrefix: String? = nil, finding: Finding? = nil, httpStatus: Int? = nil, providerCode: String? = nil,
        requestID: String? = nil, details: String? = nil
    ) {
        self.event = event
        self.at = at
        self.keyID = keyID
        self.tenantID = tenantID
        self.provider = provider
        self.keyPrefix = keyPrefix
        self.finding = finding
        self.httpStatus = httpStatus
        self.providerCode = providerCode
        self.requestID = requestID
        self.details = details
    }
}
