internal import Database
internal import Foundation
internal import KeyVigil

/// The table `slice_lease`: which run may write to which slice of the keys.
enum SliceTable {
    /// The first statement of every effect's transaction: finds all slices still leased by this token, keeps others from
    /// taking them before the transaction ends, and renews them; or throws ``LeaseLost``.
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

    /// Gives back whatever a run that failed had leased.
    static func returnLeases(of runner: String, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE slice_lease SET runner = NULL, lease_end = NULL WHERE runner = $1", [.text(runner)])
    }

    /// Gives the slices back, for the next runner to take at once.
    static func returnLease(_ lease: SliceLease, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE slice_lease SET runner = NULL, lease_end = NULL WHERE token = $1 AND runner = $2",
            [.integer(lease.token), .text(lease.runner)])
    }
}
