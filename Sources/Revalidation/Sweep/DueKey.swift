internal import Database
internal import Foundation
internal import KeyVigil

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
public struct RunSelection: Sendable {
    /// Every enabled key, due or not; gaps still apply.
    public var all = false
    /// One tenant's keys.
    public var tenantID: String?
    /// One provider's keys.
    public var provider: String?
    /// At most this many.
    public var limit: Int?

    /// All due keys.
    public init() {}

    /// Keys with a turn until then are due.
    func dueUntil(_ now: Date) -> Date { all ? .distantFuture : now }
}

/// Reads due keys of one slice after another, most overdue first, a page at a time.
struct DueCursor: Sendable {
    let slice: Int
    let selection: RunSelection
    /// Keys of others have a turn as well, which comes when their provider is switched on or known again.
    let providers: [String]
    let startedAt: Date
    var after: (time: Date, keyID: String) = (.distantPast, "")

    static let page = 500

    /// The next page; fewer than ``page`` rows means that the slice is at its end. A key checked since the run began
    /// is not given again.
    mutating func next(_ connection: Connection) throws -> [DueKey] {
        var last = after
        let keys = try connection.query(
            """
            SELECT \(StoredKey.columns), k.ciphertext, h.next_probe_at
            FROM key_health h JOIN stored_key k ON k.id = h.key_id
            WHERE h.slice = $1 AND h.next_probe_at >= $2 AND h.next_probe_at <= $3
                AND (h.next_probe_at > $2 OR h.key_id > $4)
                AND (h.last_checked_at IS NULL OR h.last_checked_at < $5)
                AND (h.status = 'active' OR h.next_probe_at <= $5) AND h.provider IN (\(Connection.list(providers)))
                AND ($6 IS NULL OR k.tenant_id = $6) AND ($7 IS NULL OR k.provider = $7)
            ORDER BY h.next_probe_at, h.key_id LIMIT $8
            """,
            [
                .integer(slice), .time(after.time), .time(selection.dueUntil(startedAt)), .text(after.keyID),
                .time(startedAt), .text(selection.tenantID), .text(selection.provider), .integer(Self.page),
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

extension Connection {
    /// Keys of a scope that are in use, not suspected and not asked since `date`: those that were valid when last asked
    /// before those that were not, in random order. A key that was refused and yet is not suspected says nothing new.
    func unsuspectedKeys(of scope: GuardScope, notCheckedSince date: Date, limit: Int) throws -> [DueKey] {
        // The few are chosen before their secrets are read. A tenant's switched-off keys have no next probe.
        try query(
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

    /// How many keys of these providers a run with this selection has before it.
    func countDue(_ selection: RunSelection, of providers: [String], slices: [Int], now: Date) throws -> Int {
        let due = """
            slice IN (\(slices.map(String.init).joined(separator: ", "))) AND next_probe_at <= $1
                AND h.provider IN (\(Self.list(providers)))
            """
        let until = SQLValue.time(selection.dueUntil(now))
        guard selection.tenantID != nil || selection.provider != nil else {
            return try first("SELECT count(*) FROM key_health h WHERE \(due)", [until]) { $0.integer(0) } ?? 0
        }
        return try first(
            """
            SELECT count(*) FROM key_health h JOIN stored_key k ON k.id = h.key_id
            WHERE \(due) AND ($2 IS NULL OR k.tenant_id = $2) AND ($3 IS NULL OR k.provider = $3)
            """, [until, .text(selection.tenantID), .text(selection.provider)]
        ) { $0.integer(0) } ?? 0
    }
}
