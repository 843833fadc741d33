internal import Database
internal import Foundation
internal import KeyVigil

/// The table `provider_budget`: the time up to which runners have reserved each provider's rate.
enum RateBudgetTable {
    /// Reserves the provider's next free interval for `probes` probes and returns its start, in seconds from now.
    static func reserve(
        _ probes: Int, of provider: String, perSecond rate: Double, now: Date, in transaction: StoreTransaction
    ) throws -> TimeInterval {
        try transaction.execute(
            "INSERT INTO provider_budget (provider, free_from) VALUES ($1, $2) ON CONFLICT (provider) DO NOTHING",
            [.text(provider), .time(now)])
        let row = try transaction.connection.first(
            "SELECT free_from, \(transaction.connection.dialect.clock("$1")) FROM provider_budget WHERE provider = $2 \(transaction.connection.dialect.changingRows)",
            [.time(now), .text(provider)]
        ) { ($0.time(0) ?? now, $0.time(1) ?? now) }
        let free = row?.0 ?? now
        let present = row?.1 ?? now
        let start = max(free, present)
        try transaction.execute(
            "UPDATE provider_budget SET free_from = $1 WHERE provider = $2",
            [.time(start + Double(probes) / rate), .text(provider)])
        return start.timeIntervalSince(present)
    }

    /// Lets no runner reserve the provider's rate before `date`: ten keys in a row were answered with 429 (ruling
    /// 13).
    static func pause(_ provider: String, until date: Date, in transaction: StoreTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO provider_budget (provider, free_from) VALUES ($1, $2)
            ON CONFLICT (provider) DO UPDATE SET free_from = excluded.free_from
            WHERE provider_budget.free_from < excluded.free_from
            """, [.text(provider), .time(date)])
    }
}
