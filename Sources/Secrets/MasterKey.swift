internal import COpenSSL

/// One key of the ring: 32 bytes, on OpenSSL's secure heap where that is switched on, wiped when the last reference goes.
public final class MasterKey: @unchecked Sendable {
    // Unchecked holds because the bytes are written only inside `init`.
    private let bytes: UnsafeMutableRawPointer
    /// The operator's name for the key. Only people see it: the store and ciphertexts refer to ``id``.
    public let label: String
    /// Names the key in the store and in every ciphertext: the first 4 bytes, big-endian, of
    /// HMAC-SHA256(key, "keyvigil key-ring id v1").
    public let id: UInt32
    /// Proves that a ring holds the key with which a store was written: the first 16 bytes of
    /// HMAC-SHA256(key, "keyvigil key-ring check v1").
    public let checkValue: [UInt8]

    static let length = 32

    init(label: String, base64: some Collection<UInt8>) throws(KeyRingError) {
        guard let memory = keyvigil_secure_malloc(Self.length) else { throw .internalFailure(OpenSSLError("allocate")) }
        bytes = memory
        self.label = label
        do {
            let buffer = UnsafeMutableRawBufferPointer(start: memory, count: Self.length)
            try Base64.decode(base64, into: buffer, label: label)
            id = try Self.tag(of: "keyvigil key-ring id v1", by: memory).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
            checkValue = Array(try Self.tag(of: "keyvigil key-ring check v1", by: memory).prefix(16))
        } catch {
            keyvigil_secure_clear_free(memory, Self.length)
            throw error
        }
    }

    deinit { keyvigil_secure_clear_free(bytes, Self.length) }

    /// The id for people: 8 hexadecimal digits, in lower case.
    public static func name(_ id: UInt32) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// The id as ciphertexts hold it: 4 bytes, big-endian.
    public static func bytes(_ id: UInt32) -> [UInt8] { withUnsafeBytes(of: id.bigEndian, Array.init) }

    func withBytes<Value>(_ body: (UnsafePointer<UInt8>) -> Value) -> Value {
        body(bytes.assumingMemoryBound(to: UInt8.self))
    }

    private static func tag(of text: String, by key: UnsafeMutableRawPointer) throws(KeyRingError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let message = Array(text.utf8)
        guard HMAC(EVP_sha256(), key, Int32(Self.length), message, message.count, &tag, &length) != nil else {
            throw .internalFailure(OpenSSLError("compute a key-ring id"))
        }
        return tag
    }
}
