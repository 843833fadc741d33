internal import COpenSSL

/// Bytes that must not outlive their use: one heap buffer, never copied by this type, wiped when the last reference goes.
///
/// Nothing that prints it shows more than its name.
public final class SecretBytes: @unchecked Sendable {
    // Unchecked holds because the buffer is written only inside `init`, before anyone else has the reference.
    private let buffer: UnsafeMutableRawBufferPointer

    /// How many bytes it holds.
    public var count: Int { buffer.count }

    /// Makes `count` bytes and lets `fill` write them; returns fewer if `fill` says so.
    ///
    /// - Parameter fill: writes from the start of the buffer and returns how many bytes count as the secret.
    public init<Failure: Error>(
        count: Int, filledBy fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        let whole = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 16)
        let kept: Int
        do {
            kept = try fill(UnsafeMutableRawBufferPointer(rebasing: whole.prefix(count)))
        } catch {
            Self.wipe(whole)
            throw error
        }
        allocation = whole
        buffer = UnsafeMutableRawBufferPointer(rebasing: whole.prefix(kept))
    }

    /// Copies `bytes`; the caller wipes its own copy.
    public convenience init(copying bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { buffer in
            buffer.copyBytes(from: bytes)
            return bytes.count
        }
    }

    deinit { Self.wipe(allocation) }

    private let allocation: UnsafeMutableRawBufferPointer

    private static func wipe(_ allocation: UnsafeMutableRawBufferPointer) {
        OPENSSL_cleanse(allocation.baseAddress, allocation.count)
        allocation.deallocate()
    }

    /// `prefix` and the bytes in Base64, in a buffer that is wiped like this one.
    public func base64(after prefix: String) -> SecretBytes {
        let plain = SecretBytes(count: prefix.utf8.count + count) { buffer in
            buffer.copyBytes(from: prefix.utf8)
            withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[prefix.utf8.count...]).copyMemory(from: $0) }
            return buffer.count
        }
        // One byte more, for the zero that OpenSSL writes.
        return SecretBytes(count: (plain.count + 2) / 3 * 4 + 1) { buffer in
            let output = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return plain.withBytes { bytes in
                let input = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
                return Int(EVP_EncodeBlock(output, input, Int32(bytes.count)))
            }
        }
    }

    /// Lends the bytes for the length of `body`; the pointer must not leave it.
    public func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try body(UnsafeRawBufferPointer(buffer))
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same word.
    public var description: String { "(secret)" }
    /// Always the same word.
    public var debugDescription: String { "(secret)" }
    /// No children, so that `dump` and string interpolation show nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
