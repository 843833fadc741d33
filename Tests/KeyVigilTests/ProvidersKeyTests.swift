import Testing

@testable import KeyVigil

struct ProvidersKeyTests {
    typealias Row = (provider: String, key: String, length: Int, hint: KeyDisplay.Hint, prefix: String, shown: String)

    static let project = "sk-proj-" + String(repeating: "a", count: 73) + "T3BlbkFJ" + String(repeating: "b", count: 75)
    static let google = "AIzaSyA0123456789012345678901234567wXYZ"
    static let hex32 = "0123456789abcdef0123456789abcdef"

    static let rows: [Row] = [
        ("openai", project, 8, .prefix, "sk-proj-", "sk-proj-…"),
        ("openai", project, 4, .prefix, "sk-p", "sk-p…"),
        ("openai", project, 8, .last4, "sk-proj-", "…bbbb"),
        ("google", google, 8, .prefix, "AIzaSyA0", "AIzaSyA0…"),
        ("google", google, 8, .last4, "AIzaS", "…wXYZ"),
        ("deepseek", "sk-" + hex32, 8, .prefix, "sk-01234", "sk-01234…"),
        ("deepseek", "sk-" + hex32, 8, .last4, "sk-0", "…cdef"),
        ("mistral", hex32, 8, .prefix, "0123", "0123…"),
        ("mistral", hex32, 8, .last4, "0123", "…cdef"),
        ("azure_openai", hex32, 6, .prefix, "0123", "0123…"),
        ("azure_openai", String(repeating: "Ab", count: 42), 8, .last4, "AbAb", "…AbAb"),
        ("elevenlabs", hex32, 8, .prefix, "0123", "0123…"),
        ("openai", "sk-0123456789abc", 8, .prefix, "sk-0", "sk-0…"),
        ("openai", "sk-0123456789abc", 8, .last4, "sk-0", "sk-0…"),
        ("openai", "sk-0123456789ab", 8, .prefix, "", ""),
        ("openai", "", 8, .last4, "", ""),
        ("openai", "sk-0123456789\r\nabcdef", 8, .prefix, "", ""),
        ("openai", "sk-0123456789é-abcdef", 8, .prefix, "", ""),
    ]

    @Test("Prefix and hint follow the prefix rule", arguments: rows)
    func display(row: Row) throws {
        let shapes = try Known.provider(row.provider).keyShapes
        let settings = KeyDisplay.Settings(prefixLength: row.length, hint: row.hint)
        let display = Known.bytes(row.key) { KeyDisplay(of: $0, shapes: shapes, settings: settings) }
        #expect(display.prefix == row.prefix)
        #expect(display.hint == row.shown)
    }

    @Test("For every key and setting at most a quarter of the key is shown", arguments: Known.ids)
    func quarter(id: String) throws {
        let shapes = try Known.provider(id).keyShapes
        for length in 0...200 {
            for (prefixLength, hint) in [
                (4, KeyDisplay.Hint.prefix), (8, .prefix), (4, .last4), (8, .last4), (99, .last4),
            ] {
                let key = String(((shapes.first?.prefix ?? "") + String(repeating: "x", count: 200)).prefix(length))
                let settings = KeyDisplay.Settings(prefixLength: prefixLength, hint: hint)
                let display = Known.bytes(key) { KeyDisplay(of: $0, shapes: shapes, settings: settings) }
                let last = display.hint.hasPrefix("…") ? display.hint.count - 1 : 0
                #expect(display.prefix.count + last <= length / 4)
                #expect(display.prefix.count <= 8 && (length >= 16 || display.hint.isEmpty))
            }
        }
    }

    @Test("A made-up key has the shape of its key type, and no two are equal", arguments: Known.ids)
    func madeUp(id: String) throws {
        let provider = try Known.provider(id)
        var generator = SystemRandomNumberGenerator()
        for shape in provider.keyShapes {
            let keys = (0..<20).map { _ in shape.madeUpKey(using: &generator) }
            #expect(Set(keys).count == 20)
            #expect(keys.allSatisfy { key in key.withUnsafeBytes { shape.matches($0) } })
            #expect(keys.allSatisfy { key in key.withUnsafeBytes { provider.keyType(of: $0) } == shape.type })
        }
    }

    @Test(
        "Google's keys have two types; an unrecognised key is `other` there, and `standard` with a single type",
        arguments: [
            ("google", google, "standard"), ("google", "AQ.Ab8RN6Kdl3n2Lx0123456789abcdefgh", "auth"),
            ("google", hex32, "other"), ("openai", hex32, "standard"), ("openai", project, "standard"),
        ])
    func keyType(id: String, key: String, type: String) throws {
        let provider = try Known.provider(id)
        #expect(Known.bytes(key) { provider.keyType(of: $0) } == type)
    }
}
