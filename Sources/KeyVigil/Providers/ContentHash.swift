import Yams

/// A hash of a catalogue entry's content. Layout, comments and the order of names do not count.
///
/// FNV-1a, 64 bits: it tells versions apart and does not protect against forgery.
struct ContentHash: CustomStringConvertible {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ text: String) {
        for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    /// 16 hexadecimal digits.
    var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Adds the values of `node`, the same for all layouts.
    ///
    /// - Parameter ignored: names whose pairs are left out of this mapping.
    mutating func add(_ node: Node, without ignored: [String] = []) {
        switch node {
        case .mapping(let mapping):
            let pairs = mapping.indices.map { (name: Self.name(mapping[$0].key), index: $0) }
                .filter { !ignored.contains(mapping[$0.index].key.string ?? "") }
            addList(pairs.sorted { $0.name < $1.name }, open: "{", close: "}") { pair, hash in
                hash.add(pair.name)
                hash.add(":")
                hash.add(mapping[pair.index].value)
            }
        case .sequence(let sequence): addList(sequence, open: "[", close: "]") { $1.add($0) }
        case .scalar(let scalar): add(Self.text(scalar))
        case .alias: add("alias")
        }
    }

    private mutating func addList<Element>(
        _ list: some Sequence<Element>, open: String, close: String, add: (Element, inout ContentHash) -> Void
    ) {
        self.add(open)
        for (index, element) in list.enumerated() {
            if index > 0 { self.add(",") }
            add(element, &self)
        }
        self.add(close)
    }

    /// Empty for a key that is no scalar; the readers refuse such a key.
    private static func name(_ key: Node) -> String { key.scalar.map(text) ?? "" }

    private static func text(_ scalar: Node.Scalar) -> String {
        "\(ScalarKind(scalar).rawValue) \(scalar.string.utf8.count) \(scalar.string)"
    }
}
