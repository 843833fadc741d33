internal import Database
internal import Foundation
public import Secrets

/// The ring that was handed in is not the one this store was written with. Exit status 78; nothing was touched.
public struct WrongKeyRing: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    public var description: String {
        "the encryption key is not the one this store was written with; nothing was touched"
    }
}

/// The ring begins with a master key that was retired: what it would write could not be read by the others. Exit status
/// 78; nothing was touched.
public struct RetiredMasterKey: Error, Equatable, CustomStringConvertible {
    /// The key's id, as ciphertexts name it.
    public let id: UInt32

    /// What to do about it.
    public var description: String {
        "the first encryption key of the ring, \(MasterKey.name(id)), is retired; put the new key first, nothing was touched"
    }
}

extension KeyStore {
    /// Compares the ring with what the store knows of its keys (ruling 23) before anything else happens.
    ///
    /// At least one id that is in use must be common and every common one must agree; ids new to the store are noted, so
    /// that a damaged copy is caught next time. A store without keys accepts any ring. The key that encrypts must not be
    /// retired.
    public func verify(_ ring: KeyRing) async throws {
        // Asked first, so that a command that only reads does not wait for a run that writes.
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

/// What the store knows of a master key.
struct KnownMasterKey: Sendable {
    let checkValue: [UInt8]
    let since: Date?
    let retiredAt: Date?

    var isRetired: Bool { retiredAt != nil }
}

extension MasterKeyTable {
    static func known(in connection: Connection) throws -> [UInt32: KnownMasterKey] {
        Dictionary(
            uniqueKeysWithValues: try connection.query("SELECT id, check_value, since, retired_at FROM encryption_key")
            { row in
                let known = KnownMasterKey(checkValue: row.blob(1), since: row.time(2), retiredAt: row.time(3))
                return (UInt32(row.integer(0)), known)
            })
    }

    /// Part of every transaction that stores a ciphertext: its master key is in use, and stays so until the end. A ring
    /// that was verified an hour ago may begin with a key that was retired since.
    static func keepInUse(_ key: MasterKey, in transaction: StoreTransaction) throws {
        let isRetired = try transaction.connection.first(
            "SELECT retired_at IS NOT NULL FROM encryption_key WHERE id = $1 \(transaction.connection.dialect.keepingRows)",
            [.integer(Int(key.id))]
        ) { $0.flag(0) }
        guard let isRetired else { throw WrongKeyRing() }
        guard !isRetired else { throw RetiredMasterKey(id: key.id) }
    }
}
