internal import COpenSSL

/// SHA-256 through OpenSSL.
package enum SHA256 {
    /// Fetched once, so that a hash costs no look-up. Sharing the pointer is safe: OpenSSL's fetched algorithms are
    /// immutable and may be used by several threads.
    nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA2-256", nil)

    /// The 32-byte digest of `bytes`.
    ///
    /// - Throws: ``OpenSSLError`` when OpenSSL has no memory or no SHA-256.
    package static func hash(_ bytes: [UInt8]) throws -> [UInt8] { try bytes.withUnsafeBytes { try hash($0) } }

    /// The 32-byte digest of bytes that are not copied for it.
    ///
    /// - Throws: ``OpenSSLError`` when OpenSSL has no memory or no SHA-256.
    package static func hash(_ bytes: UnsafeRawBufferPointer) throws -> [UInt8] {
        try withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { digest in
            let code = EVP_Digest(
                bytes.baseAddress, bytes.count, digest.baseAddress?.assumingMemoryBound(to: UInt8.self), nil, algorithm,
                nil)
            try OpenSSLError.check(code, "digest")
            return Array(digest)
        }
    }
}
