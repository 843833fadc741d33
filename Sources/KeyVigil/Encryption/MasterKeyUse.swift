internal import Database
package import Foundation
package import Secrets
internal import Vocabulary

/// One master key as the ring and the store know it.
package struct MasterKeyUse: Sendable {
    /// Its id, as ciphertexts name it (ruling 23).
    package let id: UInt32
    /// The operator's name for it; nil where the ring lacks it.
    package let label: String?
    /// Whether it is the ring's first, with which keys are encrypted.
    package let encrypts: Bool
    /// Since when the store knows it; nil where it does not.
    package let since: Date?
    /// When it was retired; from then on nothing may be encrypted with it. Nil where it is not retired.
    package let retiredAt: Date?
    /// How many stored keys are encrypted with it.
    package let keys: Int
    /// The ids of these keys, at most ``mostNamed``, where none of them opens with it: no rotation moves them. Empty
    /// where one opens.
    package let brokenKeyIDs: [String]

    /// How many broken keys are named.
    package static let mostNamed = 20

    /// Whether none of the keys under it opens with it.
    package var isBroken: Bool { !brokenKeyIDs.isEmpty }

    /// A master key that `keys` stored keys are encrypted with.
    package init(
        id: UInt32, label: String?, encrypts: Bool, since: Date?, retiredAt: Date? = nil, keys: Int,
        brokenKeyIDs: [String] = []
    ) {
        self.id = id
        self.label = label
        self.encrypts = encrypts
        self.since = since
        self.retiredAt = retiredAt
        self.keys = keys
        self.brokenKeyIDs = brokenKeyIDs
    }

    /// The id as people write it.
    package var name: String { MasterKey.name(id) }
}

extension KeyStore {
    /// Retires a master key for good: no program encrypts with it any more.
    ///
    /// Waits for transactions that are storing a key under it, and counts what they stored.
    ///
    /// - Throws: `InvalidInput` for the ring's first key, one that the store does not know, and one that stored keys
    ///   are encrypted with. `DatabaseError` where the store fails.
    package func retire(_ id: UInt32, ring: KeyRing) async throws {
        guard id != ring.primary.id else {
            throw InvalidInput("\(MasterKey.name(id)) is the first key of this ring; put the new key first")
        }
        try await command { transaction in
            guard let isRetired = try MasterKeyTable.isRetired(id, in: transaction) else {
                throw InvalidInput(
                    "the store knows no encryption key \(MasterKey.name(id))", remedy: .listMasterKeys)
            }
            guard !isRetired else { return }
            let keys = try MasterKeyTable.storedKeyCount(under: id, in: transaction.connection)
            guard keys == 0 else {
                throw InvalidInput("\(keys) keys are under \(MasterKey.name(id))", remedy: .rotateKeys)
            }
            try MasterKeyTable.retire(id, in: transaction)
            try transaction.append(AuditEntry(MasterKeyRetired(masterKey: MasterKey.name(id)), at: transaction.now))
        }
    }
}
