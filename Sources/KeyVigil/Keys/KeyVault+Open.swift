internal import Database
public import Secrets
public import Vocabulary

extension KeyVault {
    /// Probes a stored key once and records nothing; the caller decides what follows.
    ///
    /// - Returns: the observation, and the catalogue's name for the key's shape; nil if the key cannot be decrypted.
    /// - Throws: `InvalidInput` where the key was deleted or replaced since it was read, its master key is not in the
    ///   ring, or the probe may cost something and that is not allowed. `DatabaseError` where the store fails.
    public func probe(
        _ key: StoredKey, provider: Provider
    ) async throws -> (observation: Observation, keyType: String?) {
        let (present, sealed) = try await store.database.read { connection in
            (try KeyTable.key(key.id, in: connection), try KeyTable.ciphertext(keyID: key.id, in: connection))
        }
        guard let present, let sealed else { throw Self.deleted }
        guard present.health.version == key.health.version else { throw Self.changedMeanwhile }
        guard let secret = try open(sealed, of: key) else {
            let undecryptable = Classification(finding: .undecryptable)
            return (Observation(undecryptable, httpStatus: nil, latency: .zero, at: store.now()), nil)
        }
        let observation = try await probe.ask(secret, provider: provider, params: key.params)
        return (observation, secret.withBytes(provider.keyType))
    }

    /// The secret itself, for a call to the provider; wiped when the last reference is released.
    ///
    /// - Throws: `InvalidInput` where the key must not be used, because it is disabled or revoked or its tenant may
    ///   not use keys of its own, and where it cannot be decrypted. ``Resolver`` tells which key to use.
    ///   `DatabaseError` where the store fails.
    public func secret(of keyID: String) async throws -> SecretBytes {
        let (key, byok, sealed) = try await store.database.read { connection in
            let key = try KeyTable.require(keyID, in: connection)
            return (
                key, try TenantTable.require(key.tenantID, in: connection).byok,
                try KeyTable.ciphertext(keyID: key.id, in: connection)
            )
        }
        guard byok else { throw Self.byokOff }
        switch key.health.status {
        case .active: break
        case .disabled: throw InvalidInput("the key is disabled; ask Resolver which one to use now")
        case .revoked: throw KeyHealth.revoked
        }
        guard let sealed else { throw Self.deleted }
        guard let secret = try open(sealed, of: key) else {
            throw InvalidInput("the stored ciphertext does not open; replace the key")
        }
        return secret
    }

    /// Decrypts a key; nil where the ciphertext or the associated data is not what was encrypted.
    private func open(_ sealed: [UInt8], of key: StoredKey) throws -> SecretBytes? {
        let sealer = try Sealer(ring)
        do throws(OpenFailure) {
            return try sealer.open(sealed, associatedData: key.associatedData)
        } catch .unknownKey {
            throw InvalidInput(
                "the key is sealed with a master key that this ring lacks", remedy: .addMasterKey)
        } catch {
            return nil
        }
    }

    private static let deleted = InvalidInput("the key was deleted meanwhile")
}
