public import Database
public import Foundation

/// One row of the audit log as it stands in the store.
public struct AuditLine: Sendable {
    /// `RUN/SEQ`.
    public var id: String { "\(runID)/\(sequence)" }
    /// Its run.
    public let runID: String
    /// Its place in the run, from 1, without gaps.
    public let sequence: Int
    /// When.
    public let at: Date
    /// Who: `job` or `operator`.
    public let actor: String
    /// What.
    public let event: String
    /// Which key.
    public let keyID: String?
    /// Whose key.
    public let tenantID: String?
    /// Which provider.
    public let provider: String?
    /// The key's prefix.
    public let keyPrefix: String?
    /// The finding behind it.
    public let finding: String?
    /// The HTTP status behind it.
    public let httpStatus: Int?
    /// The provider's code.
    public let providerCode: String?
    /// The provider's request id.
    public let requestID: String?
    /// Our own words.
    public let details: String?
    /// SHA-256 over the row and the hash before it, in hexadecimal.
    public let hash: String
}

/// Which rows to list; nil fields match all.
public struct AuditFilter: Sendable {
    /// Not before.
    public var since: Date?
    /// Not after.
    public var until: Date?
    /// One tenant's.
    public var tenantID: String?
    /// One key's.
    public var keyID: String?
    /// One event, such as `key.disabled`.
    public var event: String?

    /// All rows.
    public init() {}
}

extension Connection {
    /// Rows in order of time, handed over one by one so that a long log needs no memory.
    public func auditLines(_ filter: AuditFilter, _ body: (AuditLine) throws -> Void) throws {
        _ = try query(
            """
            SELECT run_id, seq, at, actor, event, key_id, tenant_id, provider, key_prefix, finding, http_status,
                provider_code, request_id, details, lower(hex(hash))
            FROM audit_entry
            WHERE ($1 IS NULL OR key_id = $1) AND ($2 IS NULL OR at >= $2) AND ($3 IS NULL OR at <= $3)
                AND ($4 IS NULL OR tenant_id = $4) AND ($5 IS NULL OR event = $5)
            ORDER BY at, run_id, seq
            """,
            [
                .text(filter.keyID), .time(filter.since), .time(filter.until), .text(filter.tenantID),
                .text(filter.event),
            ]
        ) { try body(AuditLine(row: $0)) }
    }
}

extension AuditLine {
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
        hash = row.text(14)
    }
}
