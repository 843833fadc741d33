/// What a ciphertext is bound to (ruling 22): change any of it and the key no longer opens.
///
/// For each of `keyvigil.stored_key.v1`, tenant id, scope kind, scope id, key id, provider id, endpoint parameters
/// (canonical JSON): 4-byte big-endian length ‖ UTF-8.
public enum AssociatedData {
    /// The bytes to hand to AES-256-GCM.
    public static func bytes(
        tenantID: String, scope: Scope, keyID: String, provider: String, params: String
    ) -> [UInt8] {
        let fields = ["keyvigil.stored_key.v1", tenantID, scope.kind, scope.id, keyID, provider, params]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fields.reduce(0) { $0 + 4 + $1.utf8.count })
        for field in fields { bytes.appendLengthPrefixed(field) }
        return bytes
    }
}

extension [UInt8] {
    /// 4-byte big-endian length ‖ UTF-8.
    mutating func appendLengthPrefixed(_ text: String) {
        Swift.withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian) { append(contentsOf: $0) }
        append(contentsOf: text.utf8)
    }
}
