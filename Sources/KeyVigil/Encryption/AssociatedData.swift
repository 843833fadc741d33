public import Vocabulary

/// What a ciphertext is bound to (ruling 22): change any of it and the key no longer opens.
///
/// For each of `keyvigil.stored_key.v1`, tenant id, scope kind, scope id, key id, provider id, endpoint parameters
/// (canonical JSON): 4-byte big-endian length ‖ UTF-8.
public enum AssociatedData {
    /// The bytes to hand to AES-256-GCM.
    public static func bytes(
        tenantID: String, scope: Scope, keyID: String, provider: String, params: String
    ) -> [UInt8] {
        LengthPrefixed.bytes(["keyvigil.stored_key.v1", tenantID, scope.kind, scope.id, keyID, provider, params])
    }
}
