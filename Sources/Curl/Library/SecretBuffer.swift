internal import Glibc

/// Secret text for libcurl: a heap buffer that ends in NUL, that Swift never copies, and that is wiped when released.
///
/// `@unchecked Sendable` holds because the bytes are written in `init` only.
final class SecretBuffer: @unchecked Sendable {
    private let bytes: UnsafeMutableRawBufferPointer

    init(_ secret: UnsafeRawBufferPointer, after opening: [UInt8] = []) {
        let count = opening.count + secret.count
        bytes = .allocate(byteCount: count + 1, alignment: 1)
        bytes.copyBytes(from: opening)
        UnsafeMutableRawBufferPointer(rebasing: bytes[opening.count...]).copyMemory(from: secret)
        bytes[count] = 0
    }

    deinit {
        bytes.baseAddress.map { explicit_bzero($0, bytes.count) }
        bytes.deallocate()
    }

    /// Valid while the buffer lives; `withExtendedLifetime` keeps it alive during a call of libcurl.
    var pointer: UnsafeMutablePointer<CChar>? {
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    }
}
