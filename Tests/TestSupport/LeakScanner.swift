internal import Foundation

/// Looks for any eight bytes of a key, beyond its stored prefix, in output, files, mails and tables.
///
/// All eight-byte windows of all keys in all forms go into one table, so that a large file is read once.
public struct LeakScanner: Sendable {
    /// A form in which a key might be written down.
    public enum Form: String, CaseIterable, Sendable {
        case raw, base64, base64Second, base64Third, base64URL, hexLower, hexUpper, urlEncoded, utf16, reversed
        case quotedPrintable
    }

    /// How many windows in a row must match, so that eight bytes of a key were found: one window holds only four
    /// bytes in hexadecimal, and those occur in random numbers by chance.
    private static func windows(_ form: Form) -> Int {
        switch form {
        case .raw, .reversed: 1
        case .base64, .base64Second, .base64Third, .base64URL: 4
        case .hexLower, .hexUpper, .utf16: 9
        case .urlEncoded, .quotedPrintable: 17
        }
    }

    /// A leak that was found, without the bytes.
    public struct Leak: CustomStringConvertible, Hashable, Sendable {
        /// The id of the key's provider.
        public let provider: String
        /// The form in which the key was written down.
        public let form: Form
        /// Where it was found, as the caller named the place.
        public let place: String

        /// Provider, form and place.
        public var description: String { "\(provider) key as \(form.rawValue) in \(place)" }
    }

    private static let window = 8
    private var table: [UInt64: (provider: String, form: Form)] = [:]
    /// Whether any window ends in these three bytes: rules out most positions without a search in the table.
    private var ends = [Bool](repeating: false, count: 1 << 24)

    /// - Parameter keys: each with the number of its first bytes that may be shown.
    public init(_ keys: [(provider: String, secret: String, prefix: Int)]) {
        for key in keys {
            let hidden = Array(key.secret.utf8.dropFirst(key.prefix))
            for form in Form.allCases { add(Self.encode(hidden, form), key.provider, form) }
        }
    }

    private mutating func add(_ bytes: [UInt8], _ provider: String, _ form: Form) {
        guard bytes.count >= Self.window else { return }
        for start in 0...(bytes.count - Self.window) {
            let word = Self.word(bytes[start..<start + Self.window])
            table[word] = (provider, form)
            ends[Int(word & 0xff_ffff)] = true
        }
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// Every leak in these bytes, each form once.
    public func leaks(in bytes: some Collection<UInt8>, _ place: String) -> Set<Leak> {
        var found: Set<Leak> = []
        var word: UInt64 = 0
        var windows = 0
        ends.withUnsafeBufferPointer { ends in
            for byte in bytes {
                word = word << 8 | UInt64(byte)
                guard ends[Int(word & 0xff_ffff)], let hit = table[word] else {
                    windows = 0
                    continue
                }
                windows += 1
                guard windows >= Self.windows(hit.form) else { continue }
                found.insert(Leak(provider: hit.provider, form: hit.form, place: place))
            }
        }
        return found
    }

    /// Every leak in the text's UTF-8 bytes, each form once.
    public func leaks(in text: String, _ place: String) -> Set<Leak> { leaks(in: text.utf8, place) }

    /// A key's bytes in one form. Base64 depends on where in a longer text the key begins: the second and third
    /// alignment are encoded with one and two bytes before the key, and leave out the letters that depend on those.
    public static func encode(_ bytes: [UInt8], _ form: Form) -> [UInt8] {
        switch form {
        case .raw: bytes
        case .base64: base64(bytes, before: 0)
        case .base64Second: base64(bytes, before: 1)
        case .base64Third: base64(bytes, before: 2)
        case .base64URL: base64(bytes, before: 0).map { $0 == 0x2b ? 0x2d : $0 == 0x2f ? 0x5f : $0 }
        case .hexLower: hex(bytes, "%02x")
        case .hexUpper: hex(bytes, "%02X")
        case .urlEncoded: hex(bytes, "%%%02X")
        case .utf16: bytes.flatMap { [$0, 0] }
        case .reversed: bytes.reversed()
        case .quotedPrintable: hex(bytes, "=%02X")
        }
    }

    private static func base64(_ bytes: [UInt8], before: Int) -> [UInt8] {
        let padded = [UInt8](repeating: 0, count: before) + bytes
        let whole = padded.prefix(padded.count / 3 * 3)
        return Array(Data(whole).base64EncodedString().utf8.dropFirst(before == 0 ? 0 : 4))
    }

    private static func hex(_ bytes: [UInt8], _ format: String) -> [UInt8] {
        bytes.flatMap { Array(String(format: format, $0).utf8) }
    }
}
