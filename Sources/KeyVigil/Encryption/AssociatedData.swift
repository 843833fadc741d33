public import Vocabulary

/// The associated data of a key's ciphertext (ruling 66): if any of it changes, the key can no longer be decrypted. As
/// the version is part of it, the ciphertext of a replaced secret does not open any more.
///
/// For each of `keyvigil.stored_key.v2`, tenant id, scope kind, scope id, key id, version in decimal digits, provider
/// id, endpoint parameters (canonical JSON): 4-byte big-endian length ‖ UTF-8.
public enum AssociatedData {
    /// The bytes to pass to AES-256-GCM.
    ///
    /// - Parameters:
    ///   - tenantID: the id of the tenant that the key belongs to.
    ///   - scope: the part of the tenant that the key belongs to.
    ///   - keyID: the key's id, a lower-case UUID.
    ///   - version: 1, and one more after each replacement of the secret.
    ///   - provider: the provider's id.
    ///   - params: canonical JSON (``EndpointParameters/json(_:)``).
    public static func bytes(
        tenantID: String, scope: Scope, keyID: String, version: Int, provider: String, params: String
    ) -> [UInt8] {
        LengthPrefixed.bytes([
            "keyvigil.stored_key.v2", tenantID, scope.kind, scope.id, keyID, String(version), provider, params,
        ])
    }
}
