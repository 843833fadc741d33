internal import Database
internal import Foundation
internal import KeyVigil

/// The slices that this run may write to, by a fencing token. Every effect's transaction asks for it first.
struct SliceLease: Sendable {
    let runner: String
    /// 0 until the first slice is leased.
    var token = 0
    var slices: [Int] = []

    /// In seconds. Test builds may make it shorter: `KEYVIGIL_TEST_LEASE`.
    static let length: TimeInterval = {
        #if DEBUG
            if let text = ProcessInfo.processInfo.environment["KEYVIGIL_TEST_LEASE"] { return Double(text) ?? 300 }
        #endif
        return 300
    }()
    /// A commit renews what is left of it once that is less; sooner would only cost the store work.
    static let renewedBelow = length * 0.8

    /// For results outside the leased slices, which the key's version and status guard alone.
    var withoutSlices: SliceLease { SliceLease(runner: runner) }
}

/// The lease went to another runner while this one was away; its results are dropped, nothing was written.
struct LeaseLost: Error {}

/// What came of asking for slices.
struct SliceClaim: Sendable {
    /// With the new slices.
    var lease: SliceLease
    /// Slices that were free and are now this run's.
    var new: [Int] = []
    /// Due keys in them.
    var due = 0
    /// Due keys that another runner is looking after, a thousand a slice at most.
    var heldByOthers = 0
}

extension Connection {
    /// Leases free slices with due keys of these providers, until they hold about ``keysAtOnce``: the rest is left for
    /// other runners. A lease whose time is over, or whose process is gone from this machine, is free.
    ///
    /// Several runners may ask at once: none waits for another, and none takes what another is just taking.
    func claimSlices(
        _ lease: SliceLease, _ selection: RunSelection, of providers: [String], dueAt: Date, now: Date
    ) throws -> SliceClaim {
        var claim = SliceClaim(lease: lease)
        while true {
            let candidates = try dueSlices(selection, of: providers, besides: lease, dueAt: dueAt, now: now)
            let wanted = Self.enough(candidates.filter(\.isFree).shuffled())
            claim.heldByOthers = candidates.filter { !$0.isFree }.reduce(0) { $0 + $1.due }
            guard !wanted.isEmpty else { return claim }
            claim.new = try take(wanted, &claim.lease, now: now)
            guard claim.new.isEmpty else { break }
        }
        claim.due = try countDue(selection, of: providers, slices: claim.new, now: dueAt)
        return claim
    }

    private static let keysAtOnce = 1_000

    /// A slice with due keys, as it stood when it was looked at.
    private struct DueSlice {
        let slice: Int
        let runner: String?
        let isFree: Bool
        /// At most ``keysAtOnce``.
        let due: Int
    }

    private static func enough(_ slices: [DueSlice]) -> [DueSlice] {
        var (some, due) = ([DueSlice](), 0)
        for slice in slices where due < keysAtOnce {
            some.append(slice)
            due += slice.due
        }
        return some
    }

    private func dueSlices(
        _ selection: RunSelection, of providers: [String], besides lease: SliceLease, dueAt: Date, now: Date
    ) throws -> [DueSlice] {
        let clock = dialect.clock("$1")
        return try query(
            """
            SELECT s.slice, s.runner, s.is_over, s.due FROM (
                SELECT l.slice, l.runner, l.lease_end IS NULL OR l.lease_end <= \(clock) AS is_over,
                    (SELECT count(*) FROM (SELECT 1 FROM key_health h
                        WHERE h.slice = l.slice AND h.next_probe_at <= $2 AND h.provider IN (\(Self.list(providers)))
                            AND ($3 IS NULL OR h.provider = $3) AND ($4 IS NULL OR EXISTS
                                (SELECT 1 FROM stored_key k WHERE k.id = h.key_id AND k.tenant_id = $4))
                        LIMIT \(Self.keysAtOnce)) AS found) AS due
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

    /// Leases those of the slices that nobody else has taken since they were looked at.
    private func take(_ slices: [DueSlice], _ lease: inout SliceLease, now: Date) throws -> [Int] {
        let token = lease.token == 0 ? try nextToken() : lease.token
        var taken: [Int] = []
        for slice in slices {
            let isStillFree = try first(
                """
                SELECT 1 FROM slice_lease WHERE slice = $1
                    AND (runner \(dialect.isSame) $2 OR lease_end IS NULL OR lease_end <= \(dialect.clock("$3")))
                \(dialect.claimingRows)
                """, [.integer(slice.slice), .text(slice.runner), .time(now)]
            ) { _ in true }
            if isStillFree == true { taken.append(slice.slice) }
        }
        guard !taken.isEmpty else { return [] }
        try execute(
            """
            UPDATE slice_lease SET runner = $1, token = $2, lease_end = \(dialect.clock("$3", plus: SliceLease.length))
            WHERE slice IN (\(Self.numbers(taken)))
            """, [.text(lease.runner), .integer(token), .time(now + SliceLease.length)])
        lease.token = token
        lease.slices += taken
        return taken
    }

    private func nextToken() throws -> Int {
        let next =
            dialect == .sqlite
            ? "SELECT coalesce(max(token), 0) + 1 FROM slice_lease" : "SELECT nextval('slice_lease_token')"
        return try first(next) { $0.integer(0) } ?? 1
    }

    static func numbers(_ slices: [Int]) -> String { slices.map { String($0) }.joined(separator: ", ") }

    /// The first statement of every effect's transaction: finds all slices still leased by this token, keeps others from
    /// taking them before the transaction ends, and renews them; or throws ``LeaseLost``.
    func fence(_ lease: SliceLease, now: Date) throws {
        guard !lease.slices.isEmpty else { return }
        let held = try query(
            """
            SELECT lease_end <= \(dialect.clock("$1", plus: SliceLease.renewedBelow)) FROM slice_lease
            WHERE token = $2 AND runner = $3 AND lease_end > \(dialect.clock("$4"))
                AND slice IN (\(Self.numbers(lease.slices))) \(dialect.keepingRows)
            """,
            [.time(now + SliceLease.renewedBelow), .integer(lease.token), .text(lease.runner), .time(now)]
        ) { $0.flag(0) }
        guard held.count == lease.slices.count else { throw LeaseLost() }
        guard held.contains(true) else { return }
        try execute(
            """
            UPDATE slice_lease SET lease_end = \(dialect.clock("$1", plus: SliceLease.length))
            WHERE token = $2 AND runner = $3
            """, [.time(now + SliceLease.length), .integer(lease.token), .text(lease.runner)])
    }

    /// Gives back whatever a run that failed had leased.
    func returnLeases(of runner: String) throws {
        try execute("UPDATE slice_lease SET runner = NULL, lease_end = NULL WHERE runner = $1", [.text(runner)])
    }

    /// Gives the slices back, for the next runner to take at once.
    func returnLease(_ lease: SliceLease) throws {
        try execute(
            "UPDATE slice_lease SET runner = NULL, lease_end = NULL WHERE token = $1 AND runner = $2",
            [.integer(lease.token), .text(lease.runner)])
    }
}
