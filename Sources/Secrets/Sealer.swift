internal import COpenSSL

/// Seals and opens stored keys: AES-256-GCM through OpenSSL, cipher fetched once, contexts reused.
///
/// Layout: version `0x01` ‖ key-ring id (4, big-endian) ‖ IV (12) ‖ ciphertext ‖ tag (16). The IV is random: at most
/// 2^32 seals per key (NIST SP 800-38D §8.3). Not `Sendable`: one owner at a time.
public final class Sealer {
    private let ring: KeyRing
    private let cipher: OpaquePointer
    private let context: OpaquePointer
    /// The key that the context is ready to open with: its schedule is computed once for many keys in a row.
    private var opensWith: MasterKey?

    static let version: UInt8 = 1
    static let ivLength = 12
    static let tagLength = 16
    static let headerLength = 1 + 4 + ivLength

    /// Prepares the cipher for `ring`.
    public init(_ ring: KeyRing) throws(OpenSSLError) {
        guard let cipher = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else { throw OpenSSLError("find AES-256-GCM") }
        guard let context = EVP_CIPHER_CTX_new() else {
            EVP_CIPHER_free(cipher)
            throw OpenSSLError("make a cipher context")
        }
        (self.ring, self.cipher, self.context) = (ring, cipher, context)
    }

    deinit {
        EVP_CIPHER_CTX_free(context)
        EVP_CIPHER_free(cipher)
    }

    /// Encrypts with the ring's primary key, bound to `associatedData`.
    public func seal(_ secret: SecretBytes, associatedData: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        let key = ring.primary
        opensWith = nil
        var iv = [UInt8](repeating: 0, count: Self.ivLength)
        try OpenSSLError.check(RAND_bytes(&iv, Int32(iv.count)), "draw an IV")
        try OpenSSLError.check(
            key.withBytes { EVP_EncryptInit_ex2(context, cipher, $0, iv, nil) }, "start sealing")
        var length: Int32 = 0
        try OpenSSLError.check(
            EVP_EncryptUpdate(context, nil, &length, associatedData, Int32(associatedData.count)), "bind data")
        var sealed = [UInt8](repeating: 0, count: secret.count)
        try OpenSSLError.check(
            secret.withBytes { bytes in
                EVP_EncryptUpdate(
                    context, &sealed, &length, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(bytes.count)
                )
            }, "seal")
        var tag = [UInt8](repeating: 0, count: Self.tagLength)
        try OpenSSLError.check(EVP_EncryptFinal_ex(context, &tag, &length), "finish sealing")
        try OpenSSLError.check(keyvigil_gcm_get_tag(context, &tag, Int32(tag.count)), "take the tag")
        return [Self.version] + MasterKey.bytes(key.id) + iv + sealed + tag
    }

    /// Decrypts and checks the tag; `damaged` says that the row, its owner or its bytes are not what was sealed.
    public func open(_ sealed: [UInt8], associatedData: [UInt8]) throws(OpenFailure) -> SecretBytes {
        guard Self.isWhole(sealed) else { throw .malformed }
        guard let key = ring.key(Sealer.keyRingID(of: sealed)) else { throw .unknownKey }
        return try SecretBytes(count: sealed.count - Self.headerLength - Self.tagLength) {
            output throws(OpenFailure) in
            guard decrypt(sealed, key, associatedData, output) else { throw .damaged }
            return output.count
        }
    }

    /// Whether these bytes were sealed with a key that the ring lacks.
    public func lacksKey(of sealed: [UInt8]) -> Bool {
        Self.isWhole(sealed) && ring.key(Self.keyRingID(of: sealed)) == nil
    }

    private static func isWhole(_ sealed: [UInt8]) -> Bool {
        sealed.count > headerLength + tagLength && sealed[0] == version
    }

    /// The id of the key that sealed these bytes; zero where they are too short to say.
    public static func keyRingID(of sealed: [UInt8]) -> UInt32 {
        sealed.count < 5 ? 0 : sealed[1...4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func prepareToOpen(with key: MasterKey) -> Bool {
        if opensWith === key { return true }
        opensWith = nil
        guard key.withBytes({ EVP_DecryptInit_ex2(context, cipher, $0, nil, nil) }) == 1 else { return false }
        opensWith = key
        return true
    }

    private func decrypt(
        _ sealed: [UInt8], _ key: MasterKey, _ associatedData: [UInt8], _ output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        sealed.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return false }
            let iv = start + 5
            let body = start + Self.headerLength
            let tag = body + output.count
            var length: Int32 = 0
            let plain = output.assumingMemoryBound(to: UInt8.self).baseAddress
            var unused: UInt8 = 0
            return prepareToOpen(with: key) && EVP_DecryptInit_ex2(context, nil, nil, iv, nil) == 1
                && EVP_DecryptUpdate(context, nil, &length, associatedData, Int32(associatedData.count)) == 1
                && EVP_DecryptUpdate(context, plain, &length, body, Int32(output.count)) == 1
                && keyvigil_gcm_set_tag(context, tag, Int32(Self.tagLength)) == 1
                && EVP_DecryptFinal_ex(context, &unused, &length) == 1
        }
    }
}

/// Why a stored ciphertext did not open.
public enum OpenFailure: Error, Equatable {
    /// Not this format.
    case malformed
    /// Sealed with a key that this ring lacks: another runner may have it, so the row is left alone.
    case unknownKey
    /// The key is known and the tag is wrong: the bytes, the owner or the endpoint were changed.
    case damaged
}
