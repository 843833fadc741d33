internal import Database
package import Foundation

/// One row of the audit log as it stands in the store.
package struct AuditLine: Sendable {
    /// The row's id as commands show it: `RUN/SEQ`.
    package var id: String { "\(runID)/\(sequence)" }
    /// The id of the run that wrote the row.
    package let runID: String
    /// The row's number in the run, from 1, without gaps.
    package let sequence: Int
    /// When the event happened, to the millisecond.
    package let at: Date
    /// What caused the event: `job` or `operator`.
    package let actor: String
    /// The event, such as `key.disabled`.
    package let event: String
    /// The id of the key; nil in rows that are not about a key.
    package let keyID: String?
    /// The id of the tenant.
    package let tenantID: String?
    /// The id of the provider.
    package let provider: String?
    /// The key's first characters, as the store keeps them.
    package let keyPrefix: String?
    /// The finding that caused the event.
    package let finding: String?
    /// The HTTP status of the provider's answer.
    package let httpStatus: Int?
    /// The provider's error code in the answer.
    package let providerCode: String?
    /// The provider's id of the request.
    package let requestID: String?
    /// The event's facts as they are stored (`AuditDetails`).
    package let details: String?
    /// SHA-256 over the row and the hash before it, in hexadecimal.
    package let hash: String
}

extension AuditLine {
    /// The columns that ``init(row:)`` reads, of `audit_entry a`.
    static let columns = """
        a.run_id, a.seq, a.at, a.actor, a.event, a.key_id, a.tenant_id, a.provider, a.key_prefix, a.finding,
        a.http_status, a.provider_code, a.request_id, a.details, a.hash
        """

    init(row: Row) {
        runID = row.text(0)
        sequence = row.integer(1)
        at = row.time(2) ?? .distantPast
        actor = row.text(3)
        event = row.text(4)
        keyID = row.optionalText(5)
        tenantID = row.optionalText(6)
        provider = row.optionalText(7)
        keyPrefix = row.optionalText(8)
        finding = row.optionalText(9)
        httpStatus = row.optionalInteger(10)
        providerCode = row.optionalText(11)
        requestID = row.optionalText(12)
        details = row.optionalText(13)
        hash = row.blob(14).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
