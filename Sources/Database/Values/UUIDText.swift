/// UUIDs as lower-case text of 36 characters, and their 16 bytes.
enum UUIDText {
    private static let digits = Array("0123456789abcdef".utf8)
    /// How many bytes a UUID has.
    static let byteCount = 16
    private static let length = 36
    /// The UUID of zeros, which sorts before all others.
    static let lowest = "00000000-0000-0000-0000-000000000000"

    /// Whether `text` has the form of a UUID: hexadecimal digits in lower case, hyphens in their places.
    static func isValid(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { characters in
            guard characters.count == length else { return false }
            for place in 0..<length where !isRight(characters[place], at: place) { return false }
            return true
        }
    }

    private static func isRight(_ character: UInt8, at place: Int) -> Bool {
        isHyphen(place) ? character == UInt8(ascii: "-") : value(of: character) != nil
    }

    /// Writes the 16 bytes of a valid UUID to the beginning of `memory`.
    static func copyBytes(of text: String, to memory: UnsafeMutableRawBufferPointer) {
        var text = text
        text.withUTF8 { characters in
            var count = 0
            var place = 0
            while place + 1 < characters.count, count < byteCount {
                if isHyphen(place) { place += 1 }
                let high = value(of: characters[place]) ?? 0
                let low = value(of: characters[place + 1]) ?? 0
                memory[count] = high << 4 | low
                count += 1
                place += 2
            }
        }
    }

    /// The text of the UUID with these 16 bytes.
    static func text(of bytes: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: length) { buffer in
            var place = 0
            func append(_ character: UInt8) {
                buffer[place] = character
                place += 1
            }
            for byte in bytes.prefix(byteCount) {
                if isHyphen(place) { append(UInt8(ascii: "-")) }
                append(digits[Int(byte >> 4)])
                append(digits[Int(byte & 0x0f)])
            }
            return place
        }
    }

    private static func isHyphen(_ place: Int) -> Bool { place == 8 || place == 13 || place == 18 || place == 23 }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
