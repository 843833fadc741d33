package import Database
package import Foundation
internal import Vocabulary

/// The table `stored_key`: tenants' credentials, encrypted. Its functions throw `DatabaseError`.
package enum KeyTable {
    /// The key with this id, in lower case; nil where there is none.
    package static func key(_ id: String, in connection: Connection) throws -> StoredKey? {
        try connection.first(
            "SELECT \(StoredKey.columns) FROM key_health h JOIN stored_key k ON k.id = h.key_id WHERE h.key_id = $1",
            [.id(id)], StoredKey.init)
    }

    /// The key with this id.
    ///
    /// - Throws: `InvalidInput` where there is none.
    static func require(_ id: String, in connection: Connection) throws -> StoredKey {
        guard let key = try key(id.lowercased(), in: connection) else {
            throw InvalidInput("there is no key with this id", remedy: .listKeys)
        }
        return key
    }

    /// Keys that the filter matches, in order of id: those after the key `after`, at most `page` of them.
    package static func keys(_ filter: KeyFilter, after: String = "", page: Int = 1000, in connection: Connection)
        throws
        -> [StoredKey]
    {
        let which = filter.conditions(from: 2)
        return try connection.query(
            """
            SELECT \(StoredKey.columns) FROM stored_key k JOIN key_health h ON h.key_id = k.id
            WHERE k.id > $1 \(which.map { "AND \($0.sql)" }.joined(separator: " ")) ORDER BY k.id LIMIT \(page)
            """, [.id(after: after)] + which.map(\.value), StoredKey.init)
    }

    /// How many keys the filter matches.
    package static func count(_ filter: KeyFilter, in connection: Connection) throws -> Int {
        let which = filter.conditions(from: 1)
        return try connection.first(
            """
            SELECT count(*) FROM stored_key k JOIN key_health h ON h.key_id = k.id
            WHERE \((["TRUE"] + which.map(\.sql)).joined(separator: " AND "))
            """, which.map(\.value)
        ) { $0.integer(0) } ?? 0
    }

    /// The ciphertext of a key; nil where the key was deleted.
    package static func ciphertext(keyID: String, in connection: Connection) throws -> [UInt8]? {
        try connection.first("SELECT ciphertext FROM stored_key WHERE id = $1", [.id(keyID)]) { $0.blob(0) }
    }
}

extension KeyTable {
    static func replace(
        _ keyID: String, ciphertext: [UInt8], shown: KeyDisplay, expiresAt: Date?, in transaction: StoreTransaction
    ) throws {
        try transaction.execute(
            """
            UPDATE stored_key SET ciphertext = $1, prefix = $2, hint = $3, expires_at = $4, updated_at = $5
            WHERE id = $6
            """,
            [
                .blob(ciphertext), .text(shown.prefix), .text(shown.hint), .time(expiresAt), .time(transaction.now),
                .id(keyID),
            ])
    }

    /// Writes the expiry date that the key's provider gave; the credential stays as it is.
    package static func setExpiry(_ date: Date, of keyID: String, in transaction: StoreTransaction) throws {
        try transaction.execute("UPDATE stored_key SET expires_at = $1 WHERE id = $2", [.time(date), .id(keyID)])
    }

    static func setDefault(_ keyID: String, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE stored_key SET is_default = TRUE, updated_at = $1 WHERE id = $2",
            [.time(transaction.now), .id(keyID)])
    }

    /// Unsets the default keys of these tenants, scopes and providers.
    static func unsetDefaults(of places: some Sequence<DefaultPlace>, in transaction: StoreTransaction) throws {
        // All writers use the same order, because two could otherwise deadlock on each other's rows.
        let rows = places.map(\.columns).sorted { $0.lexicographicallyPrecedes($1) }
        try transaction.execute(Self.unsetDefault, rows: rows.map { $0.map { .text($0) } })
    }

    private static let unsetDefault = BatchStatement.update(
        "stored_key", set: "is_default = FALSE",
        where: "tenant_id = $1 AND scope_kind = $2 AND scope_id = $3 AND provider = $4 AND is_default",
        types: [.text, .text, .text, .text])

    static func delete(_ keyID: String, in transaction: StoreTransaction) throws {
        try transaction.execute("DELETE FROM stored_key WHERE id = $1", [.id(keyID)])
    }
}
