internal import COpenSSL

/// SHA-256 over one reused context. Not `Sendable`: one owner at a time.
public final class SHA256 {
    private let context: OpaquePointer
    private let algorithm: OpaquePointer

    /// Fetches the algorithm once; each hash then costs no look-up.
    public init() throws(OpenSSLError) {
        guard let algorithm = EVP_MD_fetch(nil, "SHA2-256", nil) else { throw OpenSSLError("find SHA-256") }
        guard let context = EVP_MD_CTX_new() else {
            EVP_MD_free(algorithm)
            throw OpenSSLError("make a digest")
        }
        (self.algorithm, self.context) = (algorithm, context)
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }

    /// The 32-byte digest of `bytes`.
    public func hash(_ bytes: some Collection<UInt8>) throws(OpenSSLError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        try OpenSSLError.check(EVP_DigestInit_ex2(context, algorithm, nil), "start a digest")
        let fed = bytes.withContiguousStorageIfAvailable { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        try OpenSSLError.check(fed ?? update(Array(bytes)), "digest")
        try OpenSSLError.check(EVP_DigestFinal_ex(context, &digest, nil), "finish a digest")
        return digest
    }

    private func update(_ bytes: [UInt8]) -> Int32 { EVP_DigestUpdate(context, bytes, bytes.count) }
}
