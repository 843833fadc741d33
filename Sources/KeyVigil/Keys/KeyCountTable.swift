package import Database

/// The table `key_count`, which the store's triggers keep up to date. Its functions throw `DatabaseError`.
package enum KeyCountTable {
    /// The present numbers of keys.
    package static func counts(in connection: Connection) throws -> KeyCounts { try KeyCounts(in: connection) }

    /// Replaces the rows of each sum by one, where a server has 1000 or more rows.
    package static func compact(in transaction: StoreTransaction) throws {
        guard transaction.connection.dialect == .postgresql,
            try transaction.connection.first(
                "SELECT count(*) FROM (SELECT 1 FROM key_count LIMIT 1000) AS found", [], { $0.integer(0) })
                == 1000
        else { return }
        try transaction.execute(
            """
            WITH gone AS (DELETE FROM key_count RETURNING provider, key_type, host, status, keys)
            INSERT INTO key_count (provider, key_type, host, status, keys)
                SELECT provider, key_type, host, status, sum(keys) FROM gone
                GROUP BY provider, key_type, host, status HAVING sum(keys) <> 0
            """)
    }
}
