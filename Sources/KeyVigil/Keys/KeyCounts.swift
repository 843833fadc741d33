internal import Database
package import Vocabulary

/// How many keys there are of each provider, type, host and status. The store counts them for every writer.
package struct KeyCounts: Sendable {
    /// What keys are counted by, beside their status.
    package struct Group: Sendable {
        /// The provider's id.
        package let provider: String
        /// The catalogue's name for the keys' shape; empty until a key was probed.
        package let keyType: String
        /// The host of the keys' probes, where a parameter chooses one of the provider's hosts; empty elsewhere.
        package let host: String
    }

    private let rows: [(group: Group, status: KeyStatus?, keys: Int)]

    init(in connection: Connection) throws {
        rows = try connection.query(
            """
            SELECT provider, key_type, host, status, sum(keys) FROM key_count
            GROUP BY provider, key_type, host, status
            """
        ) { row in
            let group = Group(provider: row.text(0), keyType: row.text(1), host: row.text(2))
            return (group, KeyStatus(rawValue: row.text(3)), row.integer(4))
        }
    }

    /// The number of keys in each status that occurs.
    package var byStatus: [KeyStatus: Int] {
        rows.reduce(into: [:]) { counts, row in
            if let status = row.status { counts[status, default: 0] += row.keys }
        }.filter { $0.value > 0 }
    }

    /// The number of active keys in groups for which `isMeant` returns true.
    package func active(where isMeant: (Group) -> Bool) -> Int {
        rows.reduce(0) { sum, row in row.status == .active && isMeant(row.group) ? sum + row.keys : sum }
    }
}
