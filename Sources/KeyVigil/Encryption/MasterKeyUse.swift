internal import Database
package import Foundation
package import Secrets
internal import Vocabulary

/// What one master key is to this ring and to the store.
package struct MasterKeyUse: Sendable {
    /// As ciphertexts name it.
    package let id: UInt32
    /// The operator's name for it; nil where the ring lacks it.
    package let label: String?
    /// Whether it is the ring's first, with which keys are sealed.
    package let encrypts: Bool
    /// When the store first met it; nil where it never did.
    package let since: Date?
    /// From when on nothing may be sealed with it.
    package let retiredAt: Date?
    /// How many stored keys are under it.
    package let keys: Int

    /// A master key's place.
    package init(id: UInt32, label: String?, encrypts: Bool, since: Date?, retiredAt: Date? = nil, keys: Int) {
        (self.id, self.label, self.encrypts) = (id, label, encrypts)
        (self.since, self.retiredAt, self.keys) = (since, retiredAt, keys)
    }

    /// As people write it.
    package var name: String { MasterKey.name(id) }
}

extension KeyStore {
    /// Every master key that ring, store or any stored key names: those of the ring in its order, then the others by age.
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

    /// Sees to it that nothing is sealed with this master key any more, by any program; for good.
    ///
    /// Whoever is storing a key under it is waited for, and counts.
    ///
    /// - Throws: `InvalidInput` for the ring's first key, one that the store does not know, and one that stored keys
    ///   are under.
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
