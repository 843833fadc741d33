import Foundation
import KeyVigil
import Testing

@testable import Revalidation

/// What operators are told to do next about master keys.
struct MasterKeyAdviceTests {
    private static let early = Date(timeIntervalSince1970: 1)
    private static let later = Date(timeIntervalSince1970: 2)

    private static func use(
        _ id: UInt32, _ label: String? = "k", first: Bool = false, since: Date? = early, retired: Date? = nil,
        keys: Int = 0, broken: [String] = []
    ) -> MasterKeyUse {
        MasterKeyUse(
            id: id, label: label, encrypts: first, since: since, retiredAt: retired, keys: keys, brokenKeyIDs: broken)
    }

    /// Master keys with the expected advice.
    private static let cases: [([MasterKeyUse], String)] = [
        ([use(1, first: true, keys: 9)], "Nothing to do"),
        (
            [use(1, first: true, keys: 9), use(2, since: later)],
            "00000002 is new: once every machine's ring has it, put it first"
        ),
        ([use(2, first: true, since: later), use(1, keys: 9)], "9 keys are under older encryption keys"),
        ([use(2, first: true, since: later, keys: 9), use(1)], "run `keyvigil encryption retire 00000001`"),
        ([use(2, first: true, since: later, keys: 9), use(1, nil)], "run `keyvigil encryption retire 00000001`"),
        ([use(2, first: true, keys: 9), use(1)], "if it is the new encryption key"),
        ([use(2, first: true, since: later, keys: 9), use(1, retired: later)], "00000001 is retired: take it out"),
        ([use(2, first: true, since: later, keys: 9), use(1, nil, retired: later)], "Nothing to do"),
        (
            [use(2, first: true, since: later, keys: 9), use(1, nil, keys: 3)],
            "3 keys are under 00000001, which this ring lacks"
        ),
        ([use(2, first: true, since: later), use(1, keys: 1)], "1 key is under older encryption keys"),
        (
            [use(2, first: true, since: later, keys: 9), use(1, keys: 1, broken: ["a"])],
            "1 key under 00000001 does not open with it, so no rotation moves it: a. Give each again with `keyvigil keys"
        ),
        (
            [use(2, first: true, since: later, keys: 9), use(1, keys: 30, broken: ["a", "b"])],
            "30 keys under 00000001 do not open with it, so no rotation moves them: a, b, and 28 more."
        ),
        (
            [use(3, first: true, since: later), use(2, keys: 5), use(1, keys: 1, broken: ["a"])],
            "5 keys are under older encryption keys"
        ),
    ]

    @Test("The advice for each state of a rotation names the next step", arguments: cases)
    func advice(keys: [MasterKeyUse], words: String) {
        #expect(keys.advice.text.contains(words), "\(keys.advice)")
    }
}
