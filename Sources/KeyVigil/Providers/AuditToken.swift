/// The rule for provider words that reach the audit: `[A-Za-z0-9_.:-]{1,64}`, free of the key.
enum AuditToken {
    static let other = "other"
    private static let window = 8

    static func plain(_ word: String) -> String {
        (1...64).contains(word.utf8.count) && word.utf8.allSatisfy(isPlain) ? word : other
    }

    static func withholding(_ key: UnsafeRawBufferPointer, from word: String) -> String {
        let length = min(window, key.count)
        let bytes = Array(word.utf8)
        guard length > 0, bytes.count >= length else { return word }
        for start in 0...(bytes.count - length) where occurs(bytes[start..<(start + length)], in: key) {
            return other
        }
        return word
    }

    private static func occurs(_ part: ArraySlice<UInt8>, in key: UnsafeRawBufferPointer) -> Bool {
        (0...(key.count - part.count)).contains {
            key[$0] == part.first && key[$0..<($0 + part.count)].elementsEqual(part)
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
