internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// The notices owed to tenants whose keys expire soon. Of the thresholds that a key has passed only the one nearest
/// to its expiry is owed, and only once, so that a missed run neither loses nor repeats a notice (ruling 21).
struct OwedExpiryNotices: Sendable {
    /// In days before the expiry.
    private let thresholds: [Int]
    private let now: Date
    /// The last key read.
    private var last: (end: Date, keyID: String)
    private var isAtEnd = false

    private static let keysAtOnce = 500

    init(daysBefore thresholds: [Int], now: Date) {
        self.thresholds = thresholds
        self.now = now
        last = (now, "")
    }

    /// Reads the next 500 keys: the notices owed for them that are not queued yet, and the reader of the keys after
    /// them. Nil where no key is left.
    func next(_ connection: Connection) throws -> (notices: [OwedNotice], rest: OwedExpiryNotices)? {
        guard let furthest = thresholds.max(), !isAtEnd else { return nil }
        var rest = self
        let ids = try connection.query(
            """
            SELECT id, expires_at FROM stored_key
            WHERE (expires_at, id) > ($1, $2) AND expires_at <= $3 ORDER BY expires_at, id LIMIT \(Self.keysAtOnce)
            """, [.time(last.end), .id(after: last.keyID), .time(now + Double(furthest) * Timing.day)]
        ) { row in
            rest.last = (row.time(1) ?? now, row.text(0))
            return row.text(0)
        }
        guard !ids.isEmpty else { return nil }
        rest.isAtEnd = ids.count < Self.keysAtOnce
        let keys = try OwedExpiryNotices.keysWithTenants(ids, in: connection)
        let notices = keys.filter { $0.mayBeUsed && $0.key.health.status == .active }
            .compactMap { OwedNotice(ofExpiring: $0.key, thresholds: thresholds, now: now) }
        let queued = try OwedExpiryNotices.queuedExpiryNotices(of: notices.map(\.keyID), in: connection)
        return (notices.filter { queued[$0.keyID]?.contains($0.episode) != true }, rest)
    }
}

extension OwedExpiryNotices {
    /// The keys in order of expiry, each with whether its tenant may bring keys.
    fileprivate static func keysWithTenants(_ ids: [String], in connection: Connection) throws -> [(
        key: StoredKey, mayBeUsed: Bool
    )] {
        let join = connection.dialect.joinInOrder
        return try connection.query(
            """
            SELECT \(StoredKey.columns), t.byok
            FROM stored_key k \(join) key_health h ON h.key_id = k.id \(join) tenant t ON t.id = k.tenant_id
            WHERE k.id IN (\(connection.dialect.ids(in: "$1"))) ORDER BY k.expires_at, k.id
            """, [.texts(ids)]
        ) { (try StoredKey(row: $0), $0.flag(StoredKey.columnCount)) }
    }

    /// The episodes of expiry notices that are queued or were mailed, by key id.
    fileprivate static func queuedExpiryNotices(of keys: [String], in connection: Connection) throws -> [String: Set<
        String
    >] {
        let found = try connection.query(
            """
            SELECT subject, episode FROM notice
            WHERE kind = '\(NoticeKind.keyExpiring.rawValue)' AND subject IN (\(connection.dialect.texts(in: "$1")))
            """, [.texts(keys)]
        ) { ($0.text(0), $0.text(1)) }
        return Dictionary(grouping: found, by: \.0).mapValues { Set($0.map(\.1)) }
    }
}

extension OwedNotice {
    /// The notice for the nearest threshold that the key has passed; nil where it has passed none or has expired.
    init?(ofExpiring key: StoredKey, thresholds: [Int], now: Date) {
        guard let expiry = key.expiresAt, expiry > now else { return nil }
        let days = expiry.timeIntervalSince(now) / Timing.day
        guard let threshold = thresholds.filter({ Double($0) >= days }).min() else { return nil }
        self.init(expiring: key, at: expiry, daysBefore: threshold, now: now)
    }
}
