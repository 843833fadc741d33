public import Vocabulary

/// The associated data of a key's ciphertext (ruling 22): if any of it changes, the key can no longer be decrypted.
///
/// For each of `keyvigil.stored_key.v1`, tenant id, scope kind, scope id, key id, provider id, endpoint parameters
/// (canonical JSON): 4-byte big-endian length ‖ UTF-8.
public enum AssociatedData {
    /// The bytes to pass to AES-256-GCM; `params` is canonical JSON (``EndpointParameters/json(_:)``).
    public static func bytes(
        tenantID: String, scope: Scope, keyID: String, provider: String, params: String
    ) -> [UInt8] {
        LengthPrefixed.bytes(["keyvigil.stored_key.v1", tenantID, scope.kind, scope.id, keyID, provider, params])
    }
}
