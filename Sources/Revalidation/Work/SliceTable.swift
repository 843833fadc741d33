internal import Database
internal import Foundation
internal import KeyVigil

/// The table `slice_lease`: which runner may write to which slice of the keys.
enum SliceTable {
    /// The first statement of every transaction that writes results: verifies that this token still leases all
    /// slices, keeps other runners from leasing them before the transaction ends, and renews the lease where it is
    /// short.
    ///
    /// - Throws: ``LeaseLost`` where another runner has leased one of the slices.
    static func fence(_ lease: SliceLease, now: Date, in transaction: StoreTransaction) throws {
        guard !lease.slices.isEmpty else { return }
        let held = try transaction.connection.query(
            """
            SELECT lease_end <= \(transaction.connection.dialect.clock("$1", plus: SliceLease.renewedBelow)) FROM slice_lease
            WHERE token = $2 AND runner = $3 AND lease_end > \(transaction.connection.dialect.clock("$4"))
                AND slice IN (\(SQLList.numbers(lease.slices))) \(transaction.connection.dialect.keepingRows)
            """,
            [.time(now + SliceLease.renewedBelow), .integer(lease.token), .text(lease.runner), .time(now)]
        ) { $0.flag(0) }
        guard held.count == lease.slices.count else { throw LeaseLost() }
        guard held.contains(true) else { return }
        try transaction.execute(
            """
            UPDATE slice_lease SET lease_end = \(transaction.connection.dialect.clock("$1", plus: SliceLease.length))
            WHERE token = $2 AND runner = $3
            """, [.time(now + SliceLease.length), .integer(lease.token), .text(lease.runner)])
    }

    /// Ends all leases of a runner, for a run that failed.
    static func returnLeases(of runner: String, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE slice_lease SET runner = NULL, lease_end = NULL WHERE runner = $1", [.text(runner)])
    }

    /// Ends the lease, so that another runner can lease its slices at once.
    static func returnLease(_ lease: SliceLease, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE slice_lease SET runner = NULL, lease_end = NULL WHERE token = $1 AND runner = $2",
            [.integer(lease.token), .text(lease.runner)])
    }
}
