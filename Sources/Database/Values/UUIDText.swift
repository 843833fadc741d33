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
        let text = text.utf8
        guard text.count == length else { return false }
        return zip(text, 0...).allSatisfy { character, place in
            isHyphen(place) ? character == UInt8(ascii: "-") : value(of: character) != nil
        }
    }

    /// Passes each byte of a valid UUID to `body`, in order.
    static func forEachByte(of text: String, _ body: (UInt8) -> Void) {
        var half: UInt8?
        for character in text.utf8 {
            guard let value = value(of: character) else { continue }
            if let high = half {
                body(high << 4 | value)
                half = nil
            } else {
                half = value
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
