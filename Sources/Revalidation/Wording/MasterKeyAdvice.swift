internal import KeyVigil

extension [MasterKeyUse] {
    /// What an operator should do next about these master keys, in one sentence.
    ///
    /// A master key without stored keys is a new or an old one: new where the store has known it for less time than
    /// the ring's first.
    package var advice: Sentence { Sentence(words) }

    private var words: String {
        if let key = first(where: { $0.label == nil && $0.keys > 0 }) {
            return "\(key.keysAre) under \(key.name), which this ring lacks: add that encryption key behind the first."
        }
        let movable = filter { !$0.encrypts && !$0.isBroken }.reduce(0) { $0 + $1.keys }
        guard movable == 0 else {
            return "\(Wording.count(movable, "key")) \(movable == 1 ? "is" : "are") under older encryption keys: once "
                + "every machine's ring begins with the new one, run `keyvigil encryption rotate`."
        }
        if let key = first(where: \.isBroken) { return key.brokenWords }
        return idle.first.map(sentence) ?? retired
            ?? "Nothing to do: every key is under the first encryption key of the ring."
    }

    /// The master keys that are neither the ring's first nor retired, and under which no key is stored.
    private var idle: [MasterKeyUse] { filter { !$0.encrypts && $0.retiredAt == nil && $0.keys == 0 } }

    private func sentence(_ key: MasterKeyUse) -> String {
        let began = first(where: \.encrypts)?.since
        let put = "once every machine's ring has it, put it first in each"
        let retire = "once no machine's ring begins with it, run `keyvigil encryption retire \(key.name)`"
        guard let since = key.since, let began, since != began else {
            return "Nothing is under \(key.name): if it is the new encryption key, \(put); if an old one, \(retire)."
        }
        return since > began
            ? "\(key.name) is new: \(put)." : "Nothing is under \(key.name) any more: \(retire)."
    }

    private var retired: String? {
        first { $0.retiredAt != nil && $0.label != nil }.map { key in
            "\(key.name) is retired: take it out of every ring, and keep it as long as backups that need it."
        }
    }
}

extension MasterKeyUse {
    fileprivate var keysAre: String { "\(Wording.count(keys, "key")) \(keys == 1 ? "is" : "are")" }

    fileprivate var brokenWords: String {
        let rest = keys - brokenKeyIDs.count
        let names = brokenKeyIDs + (rest > 0 ? ["and \(rest) more"] : [])
        return
            "\(Wording.count(keys, "key")) under \(name) \(keys == 1 ? "does" : "do") not open with it, so no rotation "
            + "moves \(keys == 1 ? "it" : "them"): \(Wording.list(names)). Give each again with `keyvigil keys replace`, "
            + "or delete it with `keyvigil keys delete`."
    }
}
