package import Database
package import Foundation

/// How much the audit log holds, so that an operator sees how it grows. Nothing shortens it yet.
package struct AuditLogSize: Sendable, Equatable {
    /// A server's partition of one month.
    package struct Month: Sendable, Equatable {
        /// The month in which the runs of its rows started, UTC, as in `2026-11`.
        package let name: String
        /// Bytes of the partition with its indexes.
        package let bytes: Int
    }

    /// The month of the first run, UTC; nil before any.
    package let since: String?
    /// A server's partitions to the present month, oldest first; empty in SQLite, which has none.
    package let months: [Month]
    /// Bytes of the whole SQLite file, most of which is the log; nil on a server.
    package let fileBytes: Int?

    /// Reads it, without reading the log.
    ///
    /// - Throws: `DatabaseError`.
    package init(at now: Date, in connection: Connection) throws {
        since =
            try connection.first("SELECT started_at FROM run ORDER BY started_at LIMIT 1") { row in
                row.time(0).map(Self.month)
            } ?? nil
        switch connection.dialect {
        case .sqlite:
            months = []
            fileBytes = try connection.first(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", [], { $0.integer(0) })
        case .postgresql:
            months = try Self.partitions(in: connection).filter { $0.name <= Self.month(of: now) }
            fileBytes = nil
        }
    }

    private static func month(of date: Date) -> String { String(UTCText.string(date).prefix(7)) }

    /// A partition's name ends with its month, as in `audit_entry_2026_11`.
    private static func partitions(in connection: Connection) throws -> [Month] {
        try connection.query(
            """
            SELECT replace(right(c.relname::text, 7), '_', '-'), pg_total_relation_size(c.oid)
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'audit_entry'::regclass ORDER BY c.relname
            """
        ) { Month(name: $0.text(0), bytes: $0.integer(1)) }
    }
}
