internal import Database

/// The table `notice`: what tenants are to be told (ruling 18).
package enum NoticeTable {
    /// Drops the waiting notices about a key whose secret was replaced or that is deleted.
    static func drop(about keyID: String, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE notice SET state = $1 WHERE subject = $2 AND state = $3",
            [.text(NoticeState.dropped.rawValue), .text(keyID), .text(NoticeState.waiting.rawValue)])
    }
}
