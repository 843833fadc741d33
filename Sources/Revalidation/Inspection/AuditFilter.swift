package import Database
package import Foundation
package import KeyVigil

/// Which rows to list; nil fields match all.
package struct AuditFilter: Sendable {
    /// The earliest time, included.
    package var since: Date?
    /// The latest time, included.
    package var until: Date?
    /// The id of the tenant.
    package var tenantID: String?
    /// The id of the key.
    package var keyID: String?
    /// The event.
    package var event: AuditEvent?

    /// A filter that all rows match.
    package init() {}
}

extension AuditLine {
    /// Calls `body` with one matching row after another, so that a long log needs no memory: run by run in order of
    /// their start, or a single key's rows in order of time.
    ///
    /// - Throws: `DatabaseError`, or what `body` throws; no further row is read then.
    package static func forEach(_ filter: AuditFilter, in connection: Connection, _ body: (AuditLine) throws -> Void)
        throws
    {
        var conditions = ["true"]
        var values: [SQLValue] = []
        for (column, value) in filter.conditions {
            values.append(value)
            conditions.append("\(column) $\(values.count)")
        }
        let order = filter.keyID == nil ? "r.started_at, r.id, a.seq" : "a.at, a.run_id, a.seq"
        // The order of the loops is fixed: runs by their index, then each run's rows by their key.
        let source =
            filter.keyID == nil
            ? "run r \(connection.dialect.joinInOrder) audit_entry a ON a.run_id = r.id" : "audit_entry a"
        try connection.forEachRow(
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
            keyID.map { ("a.key_id =", .id($0)) }, since.map { ("a.at >=", .time($0)) },
            until.map { ("a.at <=", .time($0)) }, tenantID.map { ("a.tenant_id =", .text($0)) },
            event.map { ("a.event =", .text($0.rawValue)) },
        ].compactMap(\.self)
    }
}
