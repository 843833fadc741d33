extension IPAddress {
    /// Whether this is known to be a global unicast address.
    ///
    /// After IANA's special-purpose registries for IPv4 and IPv6 (RFC 6890) as of 2025. Stricter than these: blocks with
    /// single global addresses inside (192.0.0.0/24, 2001::/23) and 6to4 (2002::/16) are denied as a whole.
    var isPublic: Bool {
        switch self {
        case .v4(let address): !Self.specialV4.contains { address >> (32 - $0.length) == $0.bits >> (32 - $0.length) }
        case .v6(let high, let low): Self.embeddedV4(high: high, low: low)?.isPublic ?? Self.isGlobalUnicast(high)
        }
    }

    private static let specialV4: [(bits: UInt32, length: UInt32)] = [
        (0x0000_0000, 8),  // 0.0.0.0/8, this network
        (0x0A00_0000, 8),  // 10.0.0.0/8, private
        (0x6440_0000, 10),  // 100.64.0.0/10, carrier-grade NAT
        (0x7F00_0000, 8),  // 127.0.0.0/8, loopback
        (0xA9FE_0000, 16),  // 169.254.0.0/16, link-local and cloud metadata
        (0xAC10_0000, 12),  // 172.16.0.0/12, private
        (0xC000_0000, 24),  // 192.0.0.0/24, protocol assignments
        (0xC000_0200, 24),  // 192.0.2.0/24, documentation
        (0xC058_6300, 24),  // 192.88.99.0/24, 6to4 relays
        (0xC0A8_0000, 16),  // 192.168.0.0/16, private
        (0xC612_0000, 15),  // 198.18.0.0/15, benchmarks
        (0xC633_6400, 24),  // 198.51.100.0/24, documentation
        (0xCB00_7100, 24),  // 203.0.113.0/24, documentation
        (0xE000_0000, 4),  // 224.0.0.0/4, multicast
        (0xF000_0000, 4),  // 240.0.0.0/4, reserved and broadcast
    ]

    /// The upper halves of special blocks inside 2000::/3.
    private static let specialV6: [(bits: UInt64, length: UInt64)] = [
        (0x2001_0000_0000_0000, 23),  // 2001::/23, protocol assignments, Teredo, ORCHID, benchmarks
        (0x2001_0DB8_0000_0000, 32),  // 2001:db8::/32, documentation
        (0x2002_0000_0000_0000, 16),  // 2002::/16, 6to4
        (0x3FFF_0000_0000_0000, 20),  // 3fff::/20, documentation
    ]

    private static func isGlobalUnicast(_ high: UInt64) -> Bool {
        high >> 61 == 0b001 && !specialV6.contains { high >> (64 - $0.length) == $0.bits >> (64 - $0.length) }
    }

    /// The IPv4 address that an IPv4-mapped (::ffff:0:0/96) or NAT64 (64:ff9b::/96, RFC 6052) address leads to.
    private static func embeddedV4(high: UInt64, low: UInt64) -> IPAddress? {
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        let isTranslated = high == 0x0064_FF9B_0000_0000 && low >> 32 == 0
        return isMapped || isTranslated ? .v4(UInt32(truncatingIfNeeded: low)) : nil
    }
}
