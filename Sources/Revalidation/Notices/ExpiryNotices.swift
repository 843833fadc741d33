internal import Database
internal import Foundation
internal import KeyVigil

extension Connection {
    /// Queues what is owed to tenants whose keys end soon: of the thresholds passed, only the nearest to the end, and
    /// only once, so that a run that was missed loses none and repeats none (ruling 21). Returns how many are new.
    func queueExpiryNotices(daysBefore thresholds: [Int], now: Date) throws -> Int {
        guard let furthest = thresholds.max() else { return 0 }
        // Two steps, the first forced to begin at the index of dates: as one join it visits every key's health.
        let ids = try query(
            """
            SELECT k.id FROM stored_key k \(dialect.joinInOrder) tenant t ON t.id = k.tenant_id AND t.byok
            WHERE k.expires_at > $1 AND k.expires_at <= $2
            """, [.time(now), .time(now.addingTimeInterval(Double(furthest) * Timing.day))]
        ) { $0.text(0) }
        var queued = 0
        for key in try ids.compactMap(storedKey) where key.health.status == .active {
            guard let notice = OwedNotice(ofExpiring: key, thresholds: thresholds, now: now) else { continue }
            if try queue(notice) { queued += 1 }
        }
        return queued
    }
}

extension OwedNotice {
    /// The nearest threshold that has been passed, if any.
    init?(ofExpiring key: StoredKey, thresholds: [Int], now: Date) {
        guard let expiry = key.expiresAt, expiry > now else { return nil }
        let days = expiry.timeIntervalSince(now) / Timing.day
        guard let threshold = thresholds.filter({ Double($0) >= days }).min() else { return nil }
        self.init(expiring: key, at: expiry, daysBefore: threshold, now: now)
    }
}
