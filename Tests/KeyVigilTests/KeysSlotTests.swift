import KeyVigil
import Testing
import Vocabulary

@Suite("A key's place in the key space")
struct KeysSlotTests {
    @Test("Slices and slots spread evenly and never move")
    func spread() throws {
        let slots = try (0..<6400).map { try KeySlot(keyID: "key-\($0)") }
        let slices = Dictionary(grouping: slots, by: \.slice).mapValues(\.count)
        #expect(slices.count == 64)
        #expect(slices.values.allSatisfy { (50...160).contains($0) })
        let days = Dictionary(grouping: slots) { $0.seconds / 86_400 }.mapValues(\.count)
        #expect(days.count == 6)
        #expect(days.values.allSatisfy { (900...1250).contains($0) })
        #expect(try KeySlot(keyID: "key-1") == slots[1])
    }
}
