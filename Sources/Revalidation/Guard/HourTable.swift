internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// The table `provider_hour`: the guard's sums by scope and hour, in whole hours since 1970 (UTC).
enum HourTable {
    /// A scope's sums from the first hour of the baseline until now, oldest first.
    static func counts(of scope: GuardScope, at now: Date, in connection: Connection) throws -> [HourCount] {
        let first = HourCount.hour(of: now) - HourCount.window - HourCount.baseline
        return try connection.query(
            """
            SELECT hour, alive, first_dead, never_alive, breaker_open FROM provider_hour
            WHERE provider = $1 AND key_type = $2 AND host = $3 AND hour > $4 ORDER BY hour
            """, [.text(scope.provider), .text(scope.keyType), .text(scope.host), .integer(first)]
        ) { row in
            var count = HourCount(hour: row.integer(0))
            count.alive = row.integer(1)
            count.firstDead = row.integer(2)
            count.neverAlive = row.integer(3)
            count.isBreakerOpen = row.flag(4)
            return count
        }
    }

    /// Adds the answers of one batch to their hour, in the batch's transaction.
    static func add(_ count: HourCount, to scope: GuardScope, in transaction: StoreTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO provider_hour (provider, key_type, host, hour, alive, first_dead, never_alive)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (provider, key_type, host, hour) DO UPDATE SET
                alive = provider_hour.alive + excluded.alive,
                first_dead = provider_hour.first_dead + excluded.first_dead,
                never_alive = provider_hour.never_alive + excluded.never_alive
            """,
            [
                .text(scope.provider), .text(scope.keyType), .text(scope.host), .integer(count.hour),
                .integer(count.alive), .integer(count.firstDead), .integer(count.neverAlive),
            ])
    }

    /// Excludes a scope's hours from `hour` on from the baseline, or includes them again.
    static func setBreakerOpen(
        _ isBreakerOpen: Bool, of scope: GuardScope, from hour: Int, in transaction: StoreTransaction
    )
        throws
    {
        try transaction.execute(
            "UPDATE provider_hour SET breaker_open = $1 WHERE provider = $2 AND key_type = $3 AND host = $4 AND hour >= $5",
            [.flag(isBreakerOpen), .text(scope.provider), .text(scope.keyType), .text(scope.host), .integer(hour)])
    }

    /// The number of tenants' keys of a scope that were alive in the last 24 hours.
    static func aliveInDay(of scope: GuardScope, at now: Date, in connection: Connection) throws -> Int {
        try connection.first(
            """
            SELECT coalesce(sum(alive), 0) FROM provider_hour
            WHERE provider = $1 AND key_type = $2 AND host = $3 AND hour > $4
            """,
            [
                .text(scope.provider), .text(scope.keyType), .text(scope.host),
                .integer(HourCount.hour(of: now) - HourCount.window),
            ]
        ) { $0.integer(0) } ?? 0
    }

    /// Deletes the sums that are older than any baseline.
    static func forgetOld(at now: Date, in transaction: StoreTransaction) throws {
        let first = HourCount.hour(of: now) - HourCount.window - HourCount.baseline
        try transaction.execute("DELETE FROM provider_hour WHERE hour <= $1", [.integer(first)])
    }
}
