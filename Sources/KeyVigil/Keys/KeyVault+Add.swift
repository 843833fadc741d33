internal import Database
package import Foundation
public import Secrets
public import Vocabulary

extension KeyVault {
    /// Stores a key. Unless `probing` is false, it is probed first, and stored only if it is alive.
    ///
    /// - Returns: the stored key, and the observation of the probe.
    /// - Throws: `InvalidInput` for input to correct, or ``KeyRefused`` for a key that is not alive; ``WrongKeyRing``
    ///   or ``RetiredMasterKey`` for a ring that does not fit the store; `DatabaseError` where the store fails.
    ///   Nothing was stored then.
    public func add(
        _ new: NewKey, secret: SecretBytes, probing: Bool = true
    ) async throws -> (key: StoredKey, observation: Observation?) {
        let provider = try provider(new.provider)
        try await requireBYOK(new.tenantID)
        let observation = try await accepted(secret, by: provider, params: new.params, probing: probing)
        let key = try await store.command { transaction in
            try MasterKeyTable.keepInUse(ring.primary, in: transaction)
            guard try TenantTable.require(new.tenantID, in: transaction.connection).byok else { throw Self.byokOff }
            let sealed = try seal(new, secret: secret, observation: observation, by: Sealer(ring), now: transaction.now)
            try KeyTable.insert([sealed], now: transaction.now, in: transaction)
            return sealed.key
        }
        return (key, observation)
    }

    /// Probes the key and refuses one that is not alive. Without a probe only its characters are checked.
    func accepted(
        _ secret: SecretBytes, by provider: Provider, params: [String: String], probing: Bool
    ) async throws -> Observation? {
        guard probing else {
            try secret.requireKeyCharacters()
            return nil
        }
        let observation = try await check(secret, provider: provider, params: params)
        guard observation.verdict == .alive else { throw KeyRefused(observation: observation, provider: provider) }
        return observation
    }

    static let byokOff = InvalidInput("this tenant may not bring keys", remedy: .allowKeys)

    private func requireBYOK(_ tenantID: String) async throws {
        try await store.database.read { connection in
            guard try TenantTable.require(tenantID, in: connection).byok else { throw Self.byokOff }
        }
    }

    /// Makes everything that is stored of a new key, without writing it.
    func seal(
        _ new: NewKey, secret: SecretBytes, observation: Observation?, by sealer: Sealer, now: Date
    ) throws -> SealedNewKey {
        let provider = try provider(new.provider)
        let params = try provider.endpointJSON(of: new.params, under: overrides[provider.id])
        let id = UUID().uuidString.lowercased()
        let expiresAt = observation?.classification.expiresAt ?? new.expiresAt
        var health = KeyHealth(slot: try KeySlot(keyID: id), now: now)
        health.keyType = secret.withBytes(provider.keyType)
        health.host = provider.listedHost(baseURL: overrides[provider.id]?.baseURL, parameters: new.params)
        if let observation { health.accept(observation, period: period) }
        health.keepUntil(expiry: expiresAt, now: now)
        let shown = secret.withBytes { KeyDisplay(of: $0, shapes: provider.keyShapes, settings: display) }
        let key = StoredKey(
            id: id, tenantID: new.tenantID, scope: new.scope, provider: new.provider,
            label: new.label ?? provider.name, params: params, prefix: shown.prefix, hint: shown.hint,
            isDefault: new.isDefault, expiresAt: expiresAt, createdAt: now, health: health)
        let ciphertext = try sealer.seal(secret, associatedData: key.associatedData)
        return SealedNewKey(key: key, ciphertext: ciphertext, observation: observation)
    }
}

extension StoredKey {
    /// An audit row about this key with the observation of a probe.
    package func audit(_ event: AuditEvent, _ observation: Observation?, at date: Date) -> AuditEntry {
        var entry = audit(event, at: date)
        if let observation { entry.add(observation) }
        return entry
    }

    /// An audit row about this key with the observation of a probe and the event's facts; nil: there are none.
    package func audit(_ facts: (some AuditFacts)?, _ observation: Observation, at date: Date) -> AuditEntry {
        var entry = audit(facts, at: date)
        entry.add(observation)
        return entry
    }
}
