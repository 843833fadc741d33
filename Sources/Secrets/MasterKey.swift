internal import COpenSSL

/// One 32-byte key of the ring, on OpenSSL's secure heap where that is switched on, wiped when it goes.
public final class MasterKey: @unchecked Sendable {
    // Unchecked holds because the bytes are written only inside `init`.
    private let bytes: UnsafeMutableRawPointer
    /// The operator's name for it, for people only; rows refer to ``id``.
    public let label: String
    /// First 4 bytes of HMAC-SHA256(key, "keyvigil key-ring id v1"), as every ciphertext names it.
    public let id: UInt32
    /// HMAC-SHA256(key, "keyvigil key-ring check v1"), 16 bytes: proves that a ring holds the key a store was written with.
    public let checkValue: [UInt8]

    static let length = 32

    init(label: String, base64: some Collection<UInt8>) throws(KeyRingError) {
        guard let memory = keyvigil_secure_malloc(Self.length) else { throw .internalFailure(OpenSSLError("allocate")) }
        bytes = memory
        self.label = label
        do {
            try Base64.decode(base64, into: UnsafeMutableRawBufferPointer(start: memory, count: Self.length), label)
            id = try Self.tag(memory, "keyvigil key-ring id v1").prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
            checkValue = Array(try Self.tag(memory, "keyvigil key-ring check v1").prefix(16))
        } catch {
            keyvigil_secure_clear_free(memory, Self.length)
            throw error
        }
    }

    deinit { keyvigil_secure_clear_free(bytes, Self.length) }

    /// An id as people write it: 8 hexadecimal digits.
    public static func name(_ id: UInt32) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// An id as ciphertexts hold it.
    public static func bytes(_ id: UInt32) -> [UInt8] { withUnsafeBytes(of: id.bigEndian, Array.init) }

    func withBytes<Value>(_ body: (UnsafePointer<UInt8>) -> Value) -> Value {
        body(bytes.assumingMemoryBound(to: UInt8.self))
    }

    private static func tag(_ key: UnsafeMutableRawPointer, _ text: String) throws(KeyRingError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let message = Array(text.utf8)
        guard HMAC(EVP_sha256(), key, Int32(Self.length), message, message.count, &tag, &length) != nil else {
            throw .internalFailure(OpenSSLError("compute a key-ring id"))
        }
        return tag
    }
}
