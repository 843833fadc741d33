internal import Glibc

/// Secret text for libcurl: a heap buffer that ends in NUL, is never copied by Swift and is wiped when released.
///
/// `@unchecked Sendable` holds because the bytes are written in `init` only.
final class SecretBuffer: @unchecked Sendable {
    private let bytes: UnsafeMutableRawBufferPointer

    init(_ parts: [UnsafeRawBufferPointer]) {
        let count = parts.reduce(0) { $0 + $1.count }
        bytes = .allocate(byteCount: count + 1, alignment: 1)
        var offset = 0
        for part in parts {
            UnsafeMutableRawBufferPointer(rebasing: bytes[offset...]).copyMemory(from: part)
            offset += part.count
        }
        bytes[count] = 0
    }

    deinit {
        bytes.baseAddress.map { explicit_bzero($0, bytes.count) }
        bytes.deallocate()
    }

    /// Valid while the buffer lives. The compiler must be told so: see `withExtendedLifetime`.
    var pointer: UnsafeMutablePointer<CChar>? {
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    }
}
