package import Secrets

extension KeyStore {
    /// Every master key that the ring, the store or a stored key names: those of the ring in its order, then the
    /// others by age.
    ///
    /// - Throws: `DatabaseError` where the store fails.
    package func masterKeys(of ring: KeyRing) async throws -> [MasterKeyUse] {
        let (known, keys) = try await database.read {
            (try MasterKeyTable.known(in: $0), try MasterKeyTable.storedKeyCounts(in: $0))
        }
        let broken = try await brokenKeyIDs(of: ring, where: keys)
        func use(_ id: UInt32, _ key: MasterKey?) -> MasterKeyUse {
            MasterKeyUse(
                id: id, label: key?.label, encrypts: id == ring.primary.id, since: known[id]?.since,
                retiredAt: known[id]?.retiredAt, keys: keys[id] ?? 0, brokenKeyIDs: broken[id] ?? [])
        }
        let others = Set(known.keys).union(keys.keys).subtracting(ring.keys.map(\.id)).map { use($0, nil) }
        return ring.keys.map { use($0.id, $0) }
            + others.sorted { ($0.since ?? .now, $0.id) < ($1.since ?? .now, $1.id) }
    }

    /// The ids of keys under each older master key of the ring under which none opens; reads until one opens.
    private func brokenKeyIDs(of ring: KeyRing, where keys: [UInt32: Int]) async throws -> [UInt32: [String]] {
        let sealer = try Sealer(ring)
        var broken: [UInt32: [String]] = [:]
        for key in ring.keys where key.id != ring.primary.id && keys[key.id, default: 0] > 0 {
            broken[key.id] = try await brokenKeyIDs(under: key.id, sealer)
        }
        return broken
    }

    private func brokenKeyIDs(under id: UInt32, _ sealer: Sealer) async throws -> [String]? {
        var broken: [String] = []
        var last = ""
        while true {
            let page = try await sealedKeys(under: id, after: last)
            guard let end = page.last else { return broken }
            let opens = page.contains { (try? sealer.open($0.ciphertext, associatedData: $0.associatedData)) != nil }
            guard !opens else { return nil }
            broken += page.map(\.id).prefix(MasterKeyUse.mostNamed - broken.count)
            last = end.id
        }
    }
}
