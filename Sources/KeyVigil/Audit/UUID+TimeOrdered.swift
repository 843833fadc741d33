internal import Foundation

extension UUID {
    /// Version 7 of RFC 9562: begins with the milliseconds since 1970. A log that is sorted by such ids grows at its end,
    /// where a database needs half the writes.
    static func timeOrdered(at date: Date) -> UUID {
        var bytes = UUID().uuid
        let milliseconds = UInt64(max(0, date.timeIntervalSince1970 * 1000))
        withUnsafeMutableBytes(of: &bytes) { bytes in
            for place in 0..<6 { bytes[place] = UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64(place))) }
            bytes[6] = 0x70 | bytes[6] & 0x0f
        }
        return UUID(uuid: bytes)
    }
}
