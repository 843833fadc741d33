internal import Database
internal import Vocabulary

/// How many keys there are, of each provider, type, host and status; kept by the store, whoever writes the keys.
package struct KeyCounts: Sendable {
    /// What keys are counted by, beside their status.
    package struct Group: Sendable {
        /// The provider's id.
        package let provider: String
        /// The provider's name for the shape of key; empty until a key was probed.
        package let keyType: String
        /// The one of the provider's hosts that keys of it are asked at; empty where it has but one.
        package let host: String
    }

    private let rows: [(group: Group, status: String, keys: Int)]

    init(in connection: Connection) throws {
        rows = try connection.query(
            """
            SELECT provider, key_type, host, status, sum(keys) FROM key_count
            GROUP BY provider, key_type, host, status
            """
        ) { row in
            (Group(provider: row.text(0), keyType: row.text(1), host: row.text(2)), row.text(3), row.integer(4))
        }
    }

    /// By status, those that occur.
    package var byStatus: [String: Int] {
        rows.reduce(into: [:]) { $0[$1.status, default: 0] += $1.keys }.filter { $0.value > 0 }
    }

    /// Active keys of groups for which `isMeant` holds.
    package func active(where isMeant: (Group) -> Bool) -> Int {
        rows.reduce(0) { sum, row in
            row.status == KeyStatus.active.rawValue && isMeant(row.group) ? sum + row.keys : sum
        }
    }
}
