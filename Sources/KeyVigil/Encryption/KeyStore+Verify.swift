internal import Database
internal import Foundation
public import Secrets

/// The key ring is not the one that this store was written with. Exit status 78; nothing was changed.
public struct WrongKeyRing: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    public var description: String {
        "the encryption key is not the one this store was written with; nothing was touched"
    }
}

/// The ring's first master key is retired: other runners could not read what is encrypted with it. Exit status 78;
/// nothing was changed.
public struct RetiredMasterKey: Error, Equatable, CustomStringConvertible {
    /// The id of the master key, as ciphertexts name it (ruling 23).
    public let id: UInt32

    /// What to do about it.
    public var description: String {
        "the first encryption key of the ring, \(MasterKey.name(id)), is retired; put the new key first, nothing was touched"
    }
}

extension KeyStore {
    /// Compares the ring with the master keys that the store knows (ruling 23). Call this before anything else.
    ///
    /// Ring and store must have at least one master key in common that is not retired, and the check values of all
    /// common ones must be equal. Master keys that the store does not know are recorded, so that a damaged copy is
    /// found next time. A store without keys accepts any ring.
    ///
    /// - Throws: ``WrongKeyRing``, and ``RetiredMasterKey`` where the ring's first key is retired: correct the ring.
    ///   `DatabaseError` where the store fails.
    public func verify(_ ring: KeyRing) async throws {
        // Read first, so that a command that only reads does not wait for a run that writes.
        let hasNews = try await database.read { connection in
            try MasterKeyTable.isStoreWithoutKeys(in: connection)
                || !MasterKeyTable.newKeys(of: ring, in: connection).isEmpty
        }
        guard hasNews else { return }
        try await transaction { transaction in
            if try MasterKeyTable.isStoreWithoutKeys(in: transaction.connection) {
                try MasterKeyTable.forgetUnretired(in: transaction)
            }
            for key in try MasterKeyTable.newKeys(of: ring, in: transaction.connection) {
                try MasterKeyTable.insert(key, in: transaction)
            }
        }
    }
}

/// What the store knows about a master key.
struct MasterKeyRecord: Sendable {
    let checkValue: [UInt8]
    let since: Date?
    let retiredAt: Date?

    var isRetired: Bool { retiredAt != nil }
}

extension MasterKeyTable {
    static func known(in connection: Connection) throws -> [UInt32: MasterKeyRecord] {
        Dictionary(
            uniqueKeysWithValues: try connection.query("SELECT id, check_value, since, retired_at FROM encryption_key")
            { row in
                let known = MasterKeyRecord(checkValue: row.blob(1), since: row.time(2), retiredAt: row.time(3))
                return (UInt32(row.integer(0)), known)
            })
    }

    /// Checks that a master key is not retired, and keeps it so until the transaction ends. Every transaction that
    /// stores a ciphertext calls this: the first key of a ring that was verified earlier may be retired since.
    static func keepInUse(_ key: MasterKey, in transaction: StoreTransaction) throws {
        let isRetired = try transaction.connection.first(
            "SELECT retired_at IS NOT NULL FROM encryption_key WHERE id = $1 \(transaction.connection.dialect.keepingRows)",
            [.integer(Int(key.id))]
        ) { $0.flag(0) }
        guard let isRetired else { throw WrongKeyRing() }
        guard !isRetired else { throw RetiredMasterKey(id: key.id) }
    }
}
