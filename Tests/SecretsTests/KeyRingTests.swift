import Secrets
import Testing

@Suite struct KeyRingTests {
    static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    static let other = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    @Test func `one key, with white space around it, is a ring`() throws {
        #expect(try KeyRing("  \(Self.key)\n".utf8).keys.count == 1)
    }

    @Test func `the first of several encrypts`() throws {
        let ring = try KeyRing("new:\(Self.other), old:\(Self.key)".utf8)
        #expect(ring.keys.map(\.label) == ["new", "old"])
        #expect(ring.primary.label == "new")
    }

    @Test(arguments: [
        ("", KeyRingError.empty),
        ("short", .wrongLength(label: "key 1")),
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8h", .wrongLength(label: "key 1")),
        ("!AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", .notBase64(label: "key 1")),
        (":\(key)", .badLabel(number: 1)),
        ("a b:\(key)", .badLabel(number: 1)),
        ("a:\(key),b:\(key)", .repeatedKey),
        ("a:\(key),a:\(other)", .repeatedLabel),
        ("a:\(key),", .wrongLength(label: "key 2")),
    ])
    func `a bad ring is refused with its reason`(text: String, error: KeyRingError) {
        #expect(throws: error) { try KeyRing(text.utf8) }
        #expect(!error.description.contains("AAECAwQF"))
    }

    @Test func `a new key is a ring of its own`() throws {
        let text = try KeyRing.newKey()
        #expect(try KeyRing(text.utf8).primary.id != KeyRing(Self.key.utf8).primary.id)
    }

    @Test func `a secret prints as a word`() {
        let secret = SecretBytes(copying: "sk-ant-api03".utf8)
        #expect("\(secret) \(String(reflecting: secret))" == "(secret) (secret)")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("sk-"))
    }

    @Test func `SHA-256 agrees with FIPS 180-4`() throws {
        let hash = try SHA256.hash(Array("abc".utf8))
        #expect(hash.prefix(4) == [0xba, 0x78, 0x16, 0xbf])
        #expect(hash.count == 32)
    }
}
