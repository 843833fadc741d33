internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// A key that is due, with its encrypted secret.
///
/// A class, because it is passed from queue to request to batch: copying a struct would retain each of its strings.
final class DueKey: Sendable {
    let key: StoredKey
    let ciphertext: [UInt8]
    /// Whether its probe must use a new connection.
    let isFresh: Bool

    init(key: StoredKey, ciphertext: [UInt8], isFresh: Bool = false) {
        self.key = key
        self.ciphertext = ciphertext
        self.isFresh = isFresh
    }
}

/// Which keys a run probes.
package struct RunSelection: Sendable {
    /// Whether to probe every enabled key, due or not. The gaps between two refusals still apply (ruling 31).
    package var all = false
    /// Only keys of the tenant with this id; nil: of all tenants.
    package var tenantID: String?
    /// Only keys of the provider with this id; nil: of all providers.
    package var provider: String?
    /// The largest number of keys to probe; nil: no limit.
    package var limit: Int?

    /// Selects all due keys.
    package init() {}

    /// Keys whose next probe is at or before this time are selected.
    func dueUntil(_ now: Date) -> Date { all ? .distantFuture : now }
}

/// Reads the due keys of one slice page by page, most overdue first.
struct DueCursor: Sendable {
    let slice: Int
    let selection: RunSelection
    let startedAt: Date
    /// The providers whose keys to read. Keys of other providers stay due until their provider has capacity or is
    /// enabled or known again.
    var providers: [String] = []
    /// The largest number of keys in the next page.
    var limit = mostKeys
    var after: (time: Date, keyID: String) = (.distantPast, "")

    static let mostKeys = 500

    init(slice: Int, selection: RunSelection, startedAt: Date) {
        self.slice = slice
        self.selection = selection
        self.startedAt = startedAt
    }

    /// Reads the next page. Fewer than ``limit`` keys mean that the slice has no more. A key that was checked since
    /// the run began is not returned again.
    mutating func next(_ connection: Connection) throws -> [DueKey] {
        var last = after
        // The subquery selects the page before the join reads secrets. Otherwise a server may read all secrets of the
        // slice for each page.
        let keys = try connection.query(
            """
            SELECT \(StoredKey.columns), k.ciphertext, h.next_probe_at FROM (
                SELECT * FROM key_health AS h
                WHERE h.slice = $1 AND h.next_probe_at >= $2 AND h.next_probe_at <= $3
                    AND (h.next_probe_at > $2 OR h.key_id > $4)
                    AND (h.last_checked_at IS NULL OR h.last_checked_at < $5)
                    AND (h.status = \(KeyStatus.active.sql) OR h.next_probe_at <= $5)
                    AND ($6 IS NULL OR EXISTS (SELECT 1 FROM stored_key k WHERE k.id = h.key_id AND k.tenant_id = $6))
                    AND \(connection.dialect.isListed("h.provider", in: "$7"))
                ORDER BY h.next_probe_at, h.key_id LIMIT $8) AS h
            JOIN stored_key k ON k.id = h.key_id ORDER BY h.next_probe_at, h.key_id
            """,
            [
                .integer(slice), .time(after.time), .time(selection.dueUntil(startedAt)), .id(after: after.keyID),
                .time(startedAt), .text(selection.tenantID),
                .text(providers.joined(separator: ",")), .integer(limit),
            ]
        ) { row in
            let key = try StoredKey(row: row)
            last = (row.time(StoredKey.columnCount + 1) ?? startedAt, key.id)
            return DueKey(key: key, ciphertext: row.blob(StoredKey.columnCount))
        }
        after = last
        return keys
    }
}

extension DueKey {
    /// Active, unsuspected keys of a scope that were not checked since `date`: keys last found valid first, otherwise
    /// in random order. A key that was last refused and is not suspected is left out: its rule never disables a key,
    /// so its answer is no evidence.
    static func unsuspected(of scope: GuardScope, notCheckedSince date: Date, limit: Int, in connection: Connection)
        throws -> [DueKey]
    {
        // The subquery selects the keys before the join reads secrets. Keys of tenants without BYOK do not use up its
        // limit, because they have no next_probe_at.
        try connection.query(
            """
            SELECT \(StoredKey.columns), k.ciphertext FROM key_health h JOIN stored_key k ON k.id = h.key_id
            JOIN tenant t ON t.id = k.tenant_id AND t.byok
            WHERE h.key_id IN (
                SELECT key_id FROM key_health
                WHERE provider = $1 AND key_type IN ($2, '') AND status = \(KeyStatus.active.sql)
                    AND suspected_since IS NULL
                    AND next_probe_at IS NOT NULL AND last_checked_at < $3 AND last_finding NOT IN (\(Self.refusals))
                    AND ($4 = '' OR host = $4)
                ORDER BY last_finding = \(Finding.valid.sql) DESC,
                    last_finding IN (\([Finding.restricted, .exhausted].sql)) DESC, random()
                LIMIT $5)
            """,
            [.text(scope.provider), .text(scope.keyType), .time(date), .text(scope.host), .integer(limit)]
        ) { row in DueKey(key: try StoredKey(row: row), ciphertext: row.blob(StoredKey.columnCount)) }
    }

    private static let refusals = Finding.allCases.filter { $0.verdict == .dead }.map { "'\($0.rawValue)'" }
        .joined(separator: ", ")

    /// The number of due keys of these providers and slices under this selection. Counting stops at `limit`.
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
