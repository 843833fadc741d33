internal import Database
internal import Secrets

extension KeyVault {
    /// Probes a stored key once and records nothing; what to make of it is the caller's.
    ///
    /// - Returns: beside the answer the provider's name for this shape of key; nil for a key that does not open.
    public func probe(
        _ key: StoredKey, provider: Provider
    ) async throws -> (observation: Observation, keyType: String?) {
        guard let sealed = try await store.database.read({ try $0.ciphertext(keyID: key.id) }) else {
            throw InvalidInput("the key was deleted meanwhile")
        }
        let sealer = try Sealer(ring)
        let secret: SecretBytes
        do throws(OpenFailure) {
            secret = try sealer.open(sealed, associatedData: key.associatedData)
        } catch .unknownKey {
            throw InvalidInput(
                "the key is sealed with a master key that this ring lacks; add it to BYOK_ENCRYPTION_KEYS")
        } catch {
            let undecryptable = Classification(finding: .undecryptable)
            return (Observation(undecryptable, httpStatus: nil, latency: .zero, at: store.now()), nil)
        }
        let observation = try await probe.ask(secret, provider: provider, params: key.params)
        return (observation, secret.withBytes(provider.keyType))
    }
}
