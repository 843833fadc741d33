internal import Database
internal import Foundation
internal import KeyVigil

/// The slices that this run may write to, by a fencing token. Every effect's transaction asks for it first.
struct SliceLease: Sendable {
    let runner: String
    let token: Int
    let slices: [Int]

    static let length: TimeInterval = 300

    /// For results outside the leased slices, which the key's version and status guard alone.
    var withoutSlices: SliceLease { SliceLease(runner: runner, token: 0, slices: []) }
}

/// The lease went to another runner while this one was away; its results are dropped, nothing was written.
struct LeaseLost: Error {}

extension Connection {
    /// Leases every free slice that has due keys of these providers. A lease whose time is over, or whose process is
    /// gone from this machine, is free.
    func leaseSlices(
        _ selection: RunSelection, of providers: [String], runner: RunnerIdentity, now: Date
    ) throws -> SliceLease {
        let free = try query(
            """
            SELECT l.slice, l.runner, l.lease_end FROM slice_lease l
            WHERE EXISTS (SELECT 1 FROM key_health h WHERE h.slice = l.slice AND h.next_probe_at <= $1
                AND h.provider IN (\(Self.list(providers))))
            """, [.time(selection.dueUntil(now))]
        ) { row in (slice: row.integer(0), runner: row.optionalText(1), end: row.time(2)) }
        .filter { $0.end.map { $0 <= now } ?? true || $0.runner.map(RunnerIdentity.isGone) ?? true }
        .map(\.slice)
        let token = try first("SELECT coalesce(max(token), 0) + 1 FROM slice_lease") { $0.integer(0) } ?? 1
        let lease = SliceLease(runner: runner.description, token: token, slices: free)
        for slice in free {
            try execute(
                "UPDATE slice_lease SET runner = $1, token = $2, lease_end = $3 WHERE slice = $4",
                [.text(lease.runner), .integer(token), .time(now + SliceLease.length), .integer(slice)])
        }
        return lease
    }

    /// The first statement of every effect's transaction: finds all slices still leased by this token and renews them,
    /// or throws ``LeaseLost``.
    func fence(_ lease: SliceLease, now: Date) throws {
        let held = try execute(
            "UPDATE slice_lease SET lease_end = $1 WHERE token = $2 AND runner = $3 AND lease_end > $4",
            [.time(now + SliceLease.length), .integer(lease.token), .text(lease.runner), .time(now)])
        guard held == lease.slices.count else { throw LeaseLost() }
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
