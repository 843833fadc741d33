public import Database

/// How many keys there are, of each provider, type and status; kept by the store, whoever writes the keys.
public struct KeyCounts: Sendable {
    private let rows: [(provider: String, keyType: String, status: String, keys: Int)]

    fileprivate init(_ connection: Connection) throws {
        rows = try connection.query(
            "SELECT provider, key_type, status, sum(keys) FROM key_count GROUP BY provider, key_type, status"
        ) { ($0.text(0), $0.text(1), $0.text(2), $0.integer(3)) }
    }

    /// By status, those that occur.
    public var byStatus: [String: Int] {
        rows.reduce(into: [:]) { $0[$1.status, default: 0] += $1.keys }.filter { $0.value > 0 }
    }

    /// Active keys of providers for which `isMeant` holds.
    public func active(where isMeant: (_ provider: String, _ keyType: String) -> Bool) -> Int {
        rows.reduce(0) { sum, row in
            row.status == KeyStatus.active.rawValue && isMeant(row.provider, row.keyType) ? sum + row.keys : sum
        }
    }
}

extension Connection {
    /// The counts now.
    public func keyCounts() throws -> KeyCounts { try KeyCounts(self) }

    /// Adds the rows of each sum up to one where a server has let many gather.
    public func sumKeyCounts() throws {
        guard dialect == .postgresql,
            try first("SELECT count(*) FROM (SELECT 1 FROM key_count LIMIT 1000) AS found", [], { $0.integer(0) })
                == 1000
        else { return }
        try execute(
            """
            WITH gone AS (DELETE FROM key_count RETURNING provider, key_type, status, keys)
            INSERT INTO key_count (provider, key_type, status, keys)
                SELECT provider, key_type, status, sum(keys) FROM gone
                GROUP BY provider, key_type, status HAVING sum(keys) <> 0
            """)
    }
}
