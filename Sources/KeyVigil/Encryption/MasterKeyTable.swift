internal import Database
internal import Foundation
internal import Secrets

/// The table `encryption_key`: the master keys that the store knows.
enum MasterKeyTable {
    /// Deletes the master keys that are not retired: a store without stored keys accepts any ring.
    static func forgetUnretired(in transaction: StoreTransaction) throws {
        try transaction.execute("DELETE FROM encryption_key WHERE retired_at IS NULL")
    }

    /// Records a master key that the store does not know yet.
    static func insert(_ key: MasterKey, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "INSERT INTO encryption_key (id, check_value, since) VALUES ($1, $2, $3)",
            [.integer(Int(key.id)), .blob(key.checkValue), .time(transaction.now)])
    }

    static func isStoreWithoutKeys(in connection: Connection) throws -> Bool {
        try connection.first("SELECT 1 FROM stored_key LIMIT 1") { _ in true } == nil
    }

    /// The ring's master keys that the store does not know yet.
    ///
    /// - Throws: ``WrongKeyRing`` or ``RetiredMasterKey`` where the ring does not fit the store.
    static func newKeys(of ring: KeyRing, in connection: Connection) throws -> [MasterKey] {
        let known = try known(in: connection)
        let common = ring.keys.filter { known[$0.id] != nil }
        guard common.allSatisfy({ known[$0.id]?.checkValue == $0.checkValue }) else { throw WrongKeyRing() }
        guard known[ring.primary.id]?.retiredAt == nil else { throw RetiredMasterKey(id: ring.primary.id) }
        guard common.contains(where: { known[$0.id]?.retiredAt == nil }) || known.values.allSatisfy(\.isRetired)
        else { throw WrongKeyRing() }
        return ring.keys.filter { known[$0.id] == nil }
    }

    /// How many stored keys are encrypted with each master key.
    static func storedKeyCounts(in connection: Connection) throws -> [UInt32: Int] {
        let rows = try connection.query("SELECT substr(ciphertext, 2, 4), count(*) FROM stored_key GROUP BY 1") { row in
            (Sealer.keyRingID(of: [0] + row.blob(0)), row.integer(1))
        }
        return Dictionary(rows, uniquingKeysWith: +)
    }

    static func retire(_ id: UInt32, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE encryption_key SET retired_at = $1 WHERE id = $2", [.time(transaction.now), .integer(Int(id))])
    }

    /// Nil where the store does not know the master key. Waits for transactions that are storing a key under it.
    static func isRetired(_ id: UInt32, in transaction: StoreTransaction) throws -> Bool? {
        try transaction.connection.first(
            "SELECT retired_at IS NOT NULL FROM encryption_key WHERE id = $1 \(transaction.connection.dialect.changingRows)",
            [.integer(Int(id))]
        ) { $0.flag(0) }
    }

    static func storedKeyCount(under id: UInt32, in connection: Connection) throws -> Int {
        try connection.first(
            "SELECT count(*) FROM stored_key WHERE substr(ciphertext, 2, 4) = $1", [.blob(MasterKey.bytes(id))]
        ) { $0.integer(0) } ?? 0
    }
}
