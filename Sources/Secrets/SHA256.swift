internal import COpenSSL

/// SHA-256 through OpenSSL.
public enum SHA256 {
    /// Fetched once: each hash then costs no look-up. OpenSSL's fetched algorithms are immutable and may be shared by
    /// threads, which is why sharing this pointer is safe.
    nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA2-256", nil)

    /// The 32-byte digest of `bytes`. Throws only when OpenSSL has no memory or no SHA-256.
    public static func hash(_ bytes: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        try OpenSSLError.check(EVP_Digest(bytes, bytes.count, &digest, nil, algorithm, nil), "digest")
        return digest
    }
}
