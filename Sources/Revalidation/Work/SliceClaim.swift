internal import Database
internal import Foundation
internal import KeyVigil

/// The result of a request for slices.
struct SliceClaim: Sendable {
    /// The lease, including the new slices.
    var lease: SliceLease
    /// Slices that were free and that this run has now leased.
    var new: [Int] = []
    /// The number of due keys in ``new``.
    var due = 0
    /// The number of due keys in slices that other runners lease; of each slice at most 64 are counted.
    var heldByOthers = 0
}

extension SliceTable {
    /// Leases free slices with due keys of these providers, until they hold about ``keysAtOnce`` keys; the rest is
    /// left for other runners. A slice is free when its lease has expired or its runner's process on this machine has
    /// ended.
    ///
    /// Several runners may claim at once: none waits for another, and no two lease the same slice.
    static func claim(
        extending lease: SliceLease, for selection: RunSelection, of providers: [String], dueAt: Date, now: Date,
        in transaction: StoreTransaction
    ) throws -> SliceClaim {
        var claim = SliceClaim(lease: lease)
        while true {
            let candidates = try dueSlices(
                selection, of: providers, besides: lease, dueAt: dueAt, now: now, in: transaction.connection)
            let wanted = try enough(candidates.filter(\.isFree).shuffled()) { slice in
                try DueKey.countDue(
                    selection, of: providers, slices: [slice], now: dueAt, atMost: Self.keysAtOnce,
                    in: transaction.connection)
            }
            claim.heldByOthers = candidates.filter { !$0.isFree }.reduce(0) { $0 + $1.due }
            guard !wanted.isEmpty else { return claim }
            claim.new = try extend(&claim.lease, by: wanted, now: now, in: transaction)
            guard claim.new.isEmpty else { break }
        }
        claim.due = try DueKey.countDue(
            selection, of: providers, slices: claim.new, now: dueAt, in: transaction.connection)
        return claim
    }

    private static let keysAtOnce = 1_000

    /// A slice with due keys, as it stood when it was read.
    private struct DueSlice {
        let slice: Int
        /// The runner that leases it.
        let runner: String?
        let isFree: Bool
        /// The number of due keys, counted up to ``keysLookedAt``.
        let due: Int
    }

    /// Up to this number the first query counts each slice's due keys: enough to tell small slices from large ones.
    private static let keysLookedAt = 64

    /// The first slices that together hold ``keysAtOnce`` due keys. `count` is called only for slices with
    /// ``keysLookedAt`` or more.
    private static func enough(_ slices: [DueSlice], count: (_ slice: Int) throws -> Int) rethrows -> [DueSlice] {
        var some: [DueSlice] = []
        var due = 0
        for slice in slices where due < Self.keysAtOnce {
            some.append(slice)
            due += slice.due < Self.keysLookedAt ? slice.due : try count(slice.slice)
        }
        return some
    }

    /// All slices with due keys that this lease does not hold.
    private static func dueSlices(
        _ selection: RunSelection, of providers: [String], besides lease: SliceLease, dueAt: Date, now: Date,
        in connection: Connection
    ) throws -> [DueSlice] {
        let clock = connection.dialect.clock("$1")
        return try connection.query(
            """
            SELECT s.slice, s.runner, s.is_over, s.due FROM (
                SELECT l.slice, l.runner, l.lease_end IS NULL OR l.lease_end <= \(clock) AS is_over,
                    (SELECT count(*) FROM (SELECT 1 FROM key_health h
                        WHERE h.slice = l.slice AND h.next_probe_at <= $2 AND h.provider IN (\(SQLList.texts(providers)))
                            AND ($3 IS NULL OR h.provider = $3) AND ($4 IS NULL OR EXISTS
                                (SELECT 1 FROM stored_key k WHERE k.id = h.key_id AND k.tenant_id = $4))
                        LIMIT \(Self.keysLookedAt)) AS found) AS due
                FROM slice_lease l
                WHERE l.runner IS NULL OR l.runner <> $5 OR l.token <> $6 OR l.lease_end <= \(clock)) AS s
            WHERE s.due > 0
            """,
            [
                .time(now), .time(selection.dueUntil(dueAt)), .text(selection.provider), .text(selection.tenantID),
                .text(lease.runner), .integer(lease.token),
            ]
        ) { row in
            let runner = row.optionalText(1)
            return DueSlice(
                slice: row.integer(0), runner: runner,
                isFree: row.flag(2) || (runner.map(RunnerIdentity.isGone) ?? true), due: row.integer(3))
        }
    }

    /// Leases those of the slices that no other runner has leased since they were read.
    private static func extend(
        _ lease: inout SliceLease, by slices: [DueSlice], now: Date, in transaction: StoreTransaction
    ) throws -> [Int] {
        let token = lease.token == 0 ? try nextToken(in: transaction) : lease.token
        let asked = ContinuousClock.now
        var taken: [Int] = []
        for slice in slices {
            let isStillFree = try transaction.connection.first(
                """
                SELECT 1 FROM slice_lease WHERE slice = $1
                    AND (runner \(transaction.connection.dialect.isSame) $2 OR lease_end IS NULL OR lease_end <= \(transaction.connection.dialect.clock("$3")))
                \(transaction.connection.dialect.claimingRows)
                """, [.integer(slice.slice), .text(slice.runner), .time(now)]
            ) { _ in true }
            if isStillFree == true { taken.append(slice.slice) }
        }
        guard !taken.isEmpty else { return [] }
        try transaction.execute(
            """
            UPDATE slice_lease SET runner = $1, token = $2, lease_end = \(transaction.connection.dialect.clock("$3", plus: SliceLease.length))
            WHERE slice IN (\(SQLList.numbers(taken)))
            """, [.text(lease.runner), .integer(token), .time(now + SliceLease.length)])
        let end = asked + .seconds(SliceLease.length)
        lease.heldUntil = lease.slices.isEmpty ? end : min(lease.heldUntil, end)
        lease.token = token
        lease.slices += taken
        return taken
    }

    private static func nextToken(in transaction: StoreTransaction) throws -> Int {
        let next =
            transaction.connection.dialect == .sqlite
            ? "SELECT coalesce(max(token), 0) + 1 FROM slice_lease" : "SELECT nextval('slice_lease_token')"
        return try transaction.connection.first(next) { $0.integer(0) } ?? 1
    }

}
