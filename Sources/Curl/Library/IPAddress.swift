internal import Glibc

/// An internet address as numbers.
enum IPAddress: Equatable {
    case v4(UInt32)
    case v6(high: UInt64, low: UInt64)

    /// Nothing for other families.
    init?(_ address: UnsafePointer<sockaddr>) {
        let bytes = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let socket = bytes.loadUnaligned(as: sockaddr_in.self)
            self = .v4(UInt32(bigEndian: socket.sin_addr.s_addr))
        case AF_INET6:
            let socket = bytes.loadUnaligned(as: sockaddr_in6.self)
            self = withUnsafeBytes(of: socket.sin6_addr) { Self(v6: $0) }
        default: return nil
        }
    }

    /// The plain forms that `inet_pton` reads, without a zone.
    init?(text: UnsafePointer<CChar>) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self = .v4(UInt32(bigEndian: four.s_addr))
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self = withUnsafeBytes(of: six) { Self(v6: $0) }
        } else {
            return nil
        }
    }

    private init(v6 bytes: UnsafeRawBufferPointer) {
        self = .v6(
            high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}
