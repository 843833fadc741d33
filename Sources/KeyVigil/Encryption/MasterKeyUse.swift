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

    /// A master key that `keys` stored keys are encrypted with.
    package init(id: UInt32, label: String?, encrypts: Bool, since: Date?, retiredAt: Date? = nil, keys: Int) {
        self.id = id
        self.label = label
        self.encrypts = encrypts
        self.since = since
        self.retiredAt = retiredAt
        self.keys = keys
    }

    /// The id as people write it.
    package var name: String { MasterKey.name(id) }
}

extension KeyStore {
    /// Every master key that the ring, the store or a stored key names: those of the ring in its order, then the
    /// others by age.
    ///
    /// - Throws: `DatabaseError` where the store fails.
    package func masterKeys(of ring: KeyRing) async throws -> [MasterKeyUse] {
        let (known, keys) = try await database.read {
            (try MasterKeyTable.known(in: $0), try MasterKeyTable.storedKeyCounts(in: $0))
        }
        func use(_ id: UInt32, _ key: MasterKey?) -> MasterKeyUse {
            MasterKeyUse(
                id: id, label: key?.label, encrypts: id == ring.primary.id, since: known[id]?.since,
                retiredAt: known[id]?.retiredAt, keys: keys[id] ?? 0)
        }
        let others = Set(known.keys).union(keys.keys).subtracting(ring.keys.map(\.id)).map { use($0, nil) }
        return ring.keys.map { use($0.id, $0) }
            + others.sorted { ($0.since ?? .now, $0.id) < ($1.since ?? .now, $1.id) }
    }

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
            try transaction.append(AuditEntry(.masterKeyRetired, at: transaction.now, details: MasterKey.name(id)))
        }
    }
}
