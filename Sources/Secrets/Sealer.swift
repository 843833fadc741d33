internal import COpenSSL

/// Encrypts ("seals") and decrypts ("opens") stored keys: AES-256-GCM through OpenSSL.
///
/// Layout: version `0x01` ‖ master key's id (4 bytes, big-endian) ‖ IV (12) ‖ ciphertext ‖ tag (16). The IV is random,
/// so a master key may seal at most 2^32 times (NIST SP 800-38D §8.3). Not `Sendable`, as it reuses one cipher context;
/// making one costs a look-up of the cipher, so use it for many keys.
package final class Sealer {
    private let ring: KeyRing
    private let cipher: OpaquePointer
    private let context: OpaquePointer
    /// The key whose schedule the context holds for decryption: computed once for many ciphertexts in a row.
    private var opensWith: MasterKey?

    static let version: UInt8 = 1
    static let ivLength = 12
    static let tagLength = 16
    static let headerLength = 1 + 4 + ivLength

    /// A sealer for the keys of `ring`.
    ///
    /// - Throws: ``OpenSSLError`` when OpenSSL has no memory or no AES-256-GCM.
    package init(_ ring: KeyRing) throws(OpenSSLError) {
        guard let cipher = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else { throw OpenSSLError("find AES-256-GCM") }
        guard let context = EVP_CIPHER_CTX_new() else {
            EVP_CIPHER_free(cipher)
            throw OpenSSLError("make a cipher context")
        }
        self.ring = ring
        self.cipher = cipher
        self.context = context
    }

    deinit {
        EVP_CIPHER_CTX_free(context)
        EVP_CIPHER_free(cipher)
    }

    /// Encrypts with the ring's first key. Only the same `associatedData` opens the result again.
    ///
    /// - Throws: ``OpenSSLError`` when OpenSSL has no memory or no random bytes.
    package func seal(_ secret: SecretBytes, associatedData: [UInt8]) throws(OpenSSLError) -> [UInt8] {
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

    /// Decrypts, and checks that ciphertext and `associatedData` are those of ``seal(_:associatedData:)``.
    ///
    /// - Throws: ``OpenFailure``.
    package func open(_ sealed: [UInt8], associatedData: [UInt8]) throws(OpenFailure) -> SecretBytes {
        guard Self.isWhole(sealed) else { throw .malformed }
        guard let key = ring.key(Sealer.keyRingID(of: sealed)) else { throw .unknownKey }
        return try SecretBytes(count: sealed.count - Self.headerLength - Self.tagLength) {
            output throws(OpenFailure) in
            guard decrypt(sealed, with: key, associatedData: associatedData, into: output) else { throw .damaged }
            return output.count
        }
    }

    /// Whether a key that the ring lacks sealed these bytes.
    package func lacksKey(of sealed: [UInt8]) -> Bool {
        Self.isWhole(sealed) && ring.key(Self.keyRingID(of: sealed)) == nil
    }

    private static func isWhole(_ sealed: [UInt8]) -> Bool {
        sealed.count > headerLength + tagLength && sealed[0] == version
    }

    /// The ``MasterKey/id`` of the key that sealed these bytes; 0 where they are too short to hold one.
    package static func keyRingID(of sealed: [UInt8]) -> UInt32 {
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
        _ sealed: [UInt8], with key: MasterKey, associatedData: [UInt8], into output: UnsafeMutableRawBufferPointer
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
package enum OpenFailure: Error, Equatable {
    /// The bytes do not have the layout of ``Sealer``.
    case malformed
    /// A key sealed them that this ring lacks. Another program's ring may hold it, so leave the stored key alone.
    case unknownKey
    /// The tag is wrong: the bytes or the associated data, such as the key's owner, were changed.
    case damaged
}
