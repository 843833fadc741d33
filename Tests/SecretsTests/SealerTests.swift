import Secrets
import Testing

@Suite struct SealerTests {
    static func ring(_ labels: String...) throws -> KeyRing {
        try KeyRing(labels.map { "\($0):\(try KeyRing.newKey())" }.joined(separator: ",").utf8)
    }

    let secret = SecretBytes(copying: "sk-proj-0123456789".utf8)

    func text(_ bytes: SecretBytes) -> String { bytes.withBytes { String(decoding: $0, as: UTF8.self) } }

    @Test func `what was sealed opens with the same data`() throws {
        let sealer = try Sealer(Self.ring("a"))
        let sealed = try sealer.seal(secret, associatedData: [1, 2, 3])
        #expect(sealed.count == 1 + 4 + 12 + secret.count + 16)
        #expect(text(try sealer.open(sealed, associatedData: [1, 2, 3])) == "sk-proj-0123456789")
        #expect(throws: OpenFailure.damaged) { try sealer.open(sealed, associatedData: [1, 2, 4]) }
    }

    @Test func `every flipped bit and every truncation is refused`() throws {
        let sealer = try Sealer(Self.ring("a"))
        let sealed = try sealer.seal(secret, associatedData: [])
        for bit in 0..<(sealed.count * 8) {
            var changed = sealed
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: OpenFailure.self) { try sealer.open(changed, associatedData: []) }
        }
        for length in 0..<sealed.count {
            #expect(throws: OpenFailure.self) { try sealer.open(Array(sealed.prefix(length)), associatedData: []) }
        }
    }

    @Test func `a ring opens what any of its keys sealed, and names a key it lacks`() throws {
        let (old, new) = (try KeyRing.newKey(), try KeyRing.newKey())
        let sealed = try Sealer(KeyRing("old:\(old)".utf8)).seal(secret, associatedData: [])
        let both = try Sealer(KeyRing("new:\(new),old:\(old)".utf8))
        #expect(text(try both.open(sealed, associatedData: [])) == "sk-proj-0123456789")
        let without = try Sealer(KeyRing(new.utf8))
        #expect(throws: OpenFailure.unknownKey) { try without.open(sealed, associatedData: []) }
    }

    @Test func `two seals of one secret share no IV`() throws {
        let sealer = try Sealer(Self.ring("a"))
        let ivs = try (0..<1000).map { _ in try sealer.seal(secret, associatedData: [])[5..<17] }
        #expect(Set(ivs).count == 1000)
    }
}
