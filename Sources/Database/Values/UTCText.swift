package import Foundation

/// Times as fixed-width ISO 8601 text in UTC, `2026-11-21T10:15:00.000Z`: 24 bytes whose order as text is their order
/// in time.
///
/// Not by Foundation's formatter: a run formats several times for each key, and that formatter costs as much as the
/// rest of the row. Covers the years 0000 to 9999; rounds to the nearest millisecond.
package enum UTCText {
    /// The text of `date`, 24 bytes.
    package static func string(_ date: Date) -> String {
        let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
        var seconds = time_t(milliseconds.floorDivided(by: 1000))
        let fraction = Int(milliseconds - Int64(seconds) * 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return String(unsafeUninitializedCapacity: 24) { buffer in
            write(Int(parts.tm_year) + 1900, digits: 4, at: 0, to: buffer)
            write(Int(parts.tm_mon) + 1, digits: 2, at: 5, to: buffer)
            write(Int(parts.tm_mday), digits: 2, at: 8, to: buffer)
            write(Int(parts.tm_hour), digits: 2, at: 11, to: buffer)
            write(Int(parts.tm_min), digits: 2, at: 14, to: buffer)
            write(Int(parts.tm_sec), digits: 2, at: 17, to: buffer)
            write(fraction, digits: 3, at: 20, to: buffer)
            for (index, mark) in marks { buffer[index] = mark }
            return 24
        }
    }

    /// The time to the minute, for people: `2026-11-21 10:15 UTC`.
    package static func minute(_ date: Date) -> String {
        let text = string(date)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    /// The time that `text` states, or nil where ``string(_:)`` would not write the same text.
    package static func date(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, marks.allSatisfy({ bytes[$0.index] == $0.mark }),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            let fraction = number(bytes[20..<23])
        else { return nil }
        var parts = tm()
        parts.tm_year = Int32(year - 1900)
        parts.tm_mon = Int32(month - 1)
        parts.tm_mday = Int32(day)
        parts.tm_hour = Int32(hour)
        parts.tm_min = Int32(minute)
        parts.tm_sec = Int32(second)
        let seconds = timegm(&parts)
        // `timegm` moves dates that the calendar lacks, such as 30 February, to later ones.
        guard parts.tm_mon == month - 1, parts.tm_mday == day, parts.tm_hour == hour, parts.tm_min == minute,
            parts.tm_sec == second
        else { return nil }
        return Date(timeIntervalSince1970: Double(seconds) + Double(fraction) / 1000)
    }

    private static let marks: [(index: Int, mark: UInt8)] = [
        (4, UInt8(ascii: "-")), (7, UInt8(ascii: "-")), (10, UInt8(ascii: "T")), (13, UInt8(ascii: ":")),
        (16, UInt8(ascii: ":")), (19, UInt8(ascii: ".")), (23, UInt8(ascii: "Z")),
    ]

    private static func write(
        _ value: Int, digits: Int, at start: Int, to buffer: UnsafeMutableBufferPointer<UInt8>
    ) {
        var rest = value
        for index in (start..<start + digits).reversed() {
            buffer[index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
