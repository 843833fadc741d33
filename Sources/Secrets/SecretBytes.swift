internal import COpenSSL

/// A secret: one heap buffer that this type never copies and wipes when the last reference goes.
///
/// Printing, dumping or interpolating it shows `(secret)`.
public final class SecretBytes: @unchecked Sendable {
    // Unchecked holds because the buffer is written only inside `init`, before any other code has the reference.
    private let buffer: UnsafeMutableRawBufferPointer
    /// The whole memory, whose beginning is ``buffer``.
    private let allocation: UnsafeMutableRawBufferPointer

    /// The number of bytes.
    public var count: Int { buffer.count }

    /// A secret of at most `count` bytes, which `fill` writes.
    ///
    /// - Parameter fill: writes from the start of the buffer and returns how many bytes are the secret.
    /// - Throws: what `fill` throws; what it wrote is wiped.
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

    private static func wipe(_ allocation: UnsafeMutableRawBufferPointer) {
        OPENSSL_cleanse(allocation.baseAddress, allocation.count)
        allocation.deallocate()
    }

    /// The Base64 of `prefix` followed by the bytes, in a buffer that is wiped like this one.
    public func base64(after prefix: String) -> SecretBytes {
        let plain = SecretBytes(count: prefix.utf8.count + count) { buffer in
            buffer.copyBytes(from: prefix.utf8)
            withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[prefix.utf8.count...]).copyMemory(from: $0) }
            return buffer.count
        }
        // One byte more than the Base64, for the zero that OpenSSL writes behind it.
        return SecretBytes(count: (plain.count + 2) / 3 * 4 + 1) { buffer in
            let output = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return plain.withBytes { bytes in
                let input = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
                return Int(EVP_EncodeBlock(output, input, Int32(bytes.count)))
            }
        }
    }

    /// Calls `body` with the bytes; the pointer is valid only during the call.
    ///
    /// - Throws: what `body` throws.
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
