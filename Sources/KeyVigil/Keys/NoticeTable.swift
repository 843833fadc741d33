internal import Database

/// The table `notice`: what tenants are owed.
package enum NoticeTable {
    /// Drops what waits to be told about a key that is no longer that key.
    static func drop(about keyID: String, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE notice SET state = 'dropped' WHERE subject = $1 AND state = 'waiting'", [.text(keyID)])
    }
}
