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
    /// Rows run by run in order of time, handed over one by one so that a long log needs no memory.
    public func auditLines(_ filter: AuditFilter, _ body: (AuditLine) throws -> Void) throws {
        var conditions = ["true"]
        var values: [SQLValue] = []
        for (column, value) in filter.conditions {
            values.append(value)
            conditions.append("\(column) $\(values.count)")
        }
        let order = filter.keyID == nil ? "r.started_at, r.id, a.seq" : "a.at, a.run_id, a.seq"
        // The order of the loops is fixed: runs by their index, then each run's rows by their key.
        let source =
            filter.keyID == nil ? "run r \(dialect.joinInOrder) audit_entry a ON a.run_id = r.id" : "audit_entry a"
        try forEachRow(
            """
            SELECT \(AuditLine.columns)
            FROM \(source) WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(order)
            """, values
        ) { try body(AuditLine(row: $0)) }
    }
}

extension AuditFilter {
    fileprivate var conditions: [(String, SQLValue)] {
        [
            keyID.map { ("a.key_id =", .text($0)) }, since.map { ("a.at >=", .time($0)) },
            until.map { ("a.at <=", .time($0)) }, tenantID.map { ("a.tenant_id =", .text($0)) },
            event.map { ("a.event =", .text($0)) },
        ].compactMap(\.self)
    }
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
