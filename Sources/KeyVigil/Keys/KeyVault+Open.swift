internal import Database
public import Secrets
public import Vocabulary

extension KeyVault {
    /// Probes a stored key once and records nothing; what to make of it is the caller's.
    ///
    /// - Returns: beside the answer the provider's name for this shape of key; nil for a key that does not open.
    public func probe(
        _ key: StoredKey, provider: Provider
    ) async throws -> (observation: Observation, keyType: String?) {
        guard let sealed = try await store.database.read({ try KeyTable.ciphertext(keyID: key.id, in: $0) }) else {
            throw Self.deleted
        }
        guard let secret = try open(sealed, of: key) else {
            let undecryptable = Classification(finding: .undecryptable)
            return (Observation(undecryptable, httpStatus: nil, latency: .zero, at: store.now()), nil)
        }
        let observation = try await probe.ask(secret, provider: provider, params: key.params)
        return (observation, secret.withBytes(provider.keyType))
    }

    /// The key itself, for a platform that is about to call its provider; wiped when the last reference goes.
    ///
    /// - Throws: `InvalidInput` where it is not to be used: disabled, revoked, or its tenant's BYOK off; and where it
    ///   does not open. ``Resolver`` tells which key to use.
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
        case .revoked: throw KeyStore.revoked
        }
        guard let sealed else { throw Self.deleted }
        guard let secret = try open(sealed, of: key) else {
            throw InvalidInput("the stored ciphertext does not open; replace the key")
        }
        return secret
    }

    /// Nil where the bytes, their owner or the endpoint are not what was sealed.
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
