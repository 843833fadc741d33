internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// A key whose turn has come, with its sealed secret.
///
/// A class because it goes from queue to wire to batch, and each copy of a struct would count a reference to every text
/// in it.
final class DueKey: Sendable {
    let key: StoredKey
    let ciphertext: [UInt8]
    /// Whether to ask on a connection of its own.
    let isFresh: Bool

    init(key: StoredKey, ciphertext: [UInt8], isFresh: Bool = false) {
        self.key = key
        self.ciphertext = ciphertext
        self.isFresh = isFresh
    }
}

/// Which keys a run takes.
package struct RunSelection: Sendable {
    /// Every enabled key, due or not; gaps still apply.
    package var all = false
    /// One tenant's keys.
    package var tenantID: String?
    /// One provider's keys.
    package var provider: String?
    /// At most this many.
    package var limit: Int?

    /// All due keys.
    package init() {}

    /// Keys with a turn until then are due.
    func dueUntil(_ now: Date) -> Date { all ? .distantFuture : now }
}

/// Reads due keys of one slice after another, most overdue first, a page at a time.
struct DueCursor: Sendable {
    let slice: Int
    let selection: RunSelection
    let startedAt: Date
    /// Whose keys to read. Keys of others have a turn as well, which comes when their provider has room, is switched on or
    /// known again.
    var providers: [String] = []
    /// At most so many in the next page.
    var limit = mostKeys
    var after: (time: Date, keyID: String) = (.distantPast, "")

    static let mostKeys = 500

    init(slice: Int, selection: RunSelection, startedAt: Date) {
        self.slice = slice
        self.selection = selection
        self.startedAt = startedAt
    }

    /// The next page; fewer than ``limit`` rows means that the slice is at its end. A key checked since the run began
    /// is not given again.
    mutating func next(_ connection: Connection) throws -> [DueKey] {
        var last = after
        // The page is chosen before its secrets are read, or a server may read those of the whole slice for each page.
        let keys = try connection.query(
            """
            SELECT \(StoredKey.columns), k.ciphertext, h.next_probe_at FROM (
                SELECT * FROM key_health AS h
                WHERE h.slice = $1 AND h.next_probe_at >= $2 AND h.next_probe_at <= $3
                    AND (h.next_probe_at > $2 OR h.key_id > $4)
                    AND (h.last_checked_at IS NULL OR h.last_checked_at < $5)
                    AND (h.status = 'active' OR h.next_probe_at <= $5)
                    AND ($6 IS NULL OR EXISTS (SELECT 1 FROM stored_key k WHERE k.id = h.key_id AND k.tenant_id = $6))
                    AND \(connection.dialect.isListed("h.provider", in: "$7"))
                ORDER BY h.next_probe_at, h.key_id LIMIT $8) AS h
            JOIN stored_key k ON k.id = h.key_id ORDER BY h.next_probe_at, h.key_id
            """,
            [
                .integer(slice), .time(after.time), .time(selection.dueUntil(startedAt)), .text(after.keyID),
                .time(startedAt), .text(selection.tenantID),
                .text(providers.joined(separator: ",")), .integer(limit),
            ]
        ) { row in
            let key = StoredKey(row: row)
            last = (row.time(StoredKey.columnCount + 1) ?? startedAt, key.id)
            return DueKey(key: key, ciphertext: row.blob(StoredKey.columnCount))
        }
        after = last
        return keys
    }
}

extension DueKey {
    /// Keys of a scope that are in use, not suspected and not asked since `date`: those that were valid when last asked
    /// before those that were not, in random order. A key that was refused and yet is not suspected says nothing new.
    static func unsuspected(of scope: GuardScope, notCheckedSince date: Date, limit: Int, in connection: Connection)
        throws -> [DueKey]
    {
        // The few are chosen before their secrets are read. A tenant's switched-off keys have no next probe.
        try connection.query(
            """
            SELECT \(StoredKey.columns), k.ciphertext FROM key_health h JOIN stored_key k ON k.id = h.key_id
            JOIN tenant t ON t.id = k.tenant_id AND t.byok
            WHERE h.key_id IN (
                SELECT key_id FROM key_health
                WHERE provider = $1 AND key_type IN ($2, '') AND status = 'active' AND suspected_since IS NULL
                    AND next_probe_at IS NOT NULL AND last_checked_at < $3 AND last_finding NOT IN (\(Self.refusals))
                    AND ($4 = '' OR host = $4)
                ORDER BY last_finding = 'valid' DESC, last_finding IN ('restricted', 'exhausted') DESC, random()
                LIMIT $5)
            """,
            [.text(scope.provider), .text(scope.keyType), .time(date), .text(scope.host), .integer(limit)]
        ) { row in DueKey(key: StoredKey(row: row), ciphertext: row.blob(StoredKey.columnCount)) }
    }

    private static let refusals = Finding.allCases.filter { $0.verdict == .dead }.map { "'\($0.rawValue)'" }
        .joined(separator: ", ")

    /// How many keys of these providers a run with this selection has before it; no more than `limit` are counted.
    static func countDue(
        _ selection: RunSelection, of providers: [String], slices: [Int], now: Date, atMost limit: Int = .max,
        in connection: Connection
    ) throws -> Int {
        let isTenants = "EXISTS (SELECT 1 FROM stored_key k WHERE k.id = h.key_id AND k.tenant_id = $2)"
        return try connection.first(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM key_health h
                WHERE slice IN (\(SQLList.numbers(slices))) AND next_probe_at <= $1
                    AND h.provider IN (\(SQLList.texts(providers.filter { selection.provider ?? $0 == $0 })))
                    \(selection.tenantID == nil ? "" : "AND \(isTenants)") LIMIT \(limit)) AS due
            """,
            [.time(selection.dueUntil(now))] + (selection.tenantID.map { [.text($0)] } ?? [])
        ) { $0.integer(0) } ?? 0
    }
}
