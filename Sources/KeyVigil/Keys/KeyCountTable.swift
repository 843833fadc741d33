package import Database

/// The table `key_count`, which the store itself keeps up to date.
package enum KeyCountTable {
    /// The counts now.
    package static func counts(in connection: Connection) throws -> KeyCounts { try KeyCounts(in: connection) }

    /// Adds the rows of each sum up to one where a server has let many gather.
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
