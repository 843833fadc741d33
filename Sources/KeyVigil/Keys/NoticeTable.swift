internal import Database

/// The table `notice`: what tenants are to be told (ruling 18).
package enum NoticeTable {
    /// Drops the waiting notices about a key whose secret was replaced or that is deleted.
    static func drop(about keyID: String, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE notice SET state = 'dropped' WHERE subject = $1 AND state = 'waiting'", [.text(keyID)])
    }
}
