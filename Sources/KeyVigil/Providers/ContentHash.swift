import Yams

/// A stable name for the content of a catalogue entry: layout, comments and order of names do not count.
///
/// FNV-1a, 64 bits: tells versions apart, protects against nothing.
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

    /// One text for all ways of writing the same; without some pairs of a mapping, where they do not matter.
    static func canonical(_ node: Node, without ignored: [String] = []) -> String {
        var text = ""
        write(node, to: &text, without: ignored)
        return text
    }

    private static func write(_ node: Node, to text: inout String, without ignored: [String] = []) {
        switch node {
        case .mapping(let mapping):
            let pairs = mapping.indices.map { (name: canonical(mapping[$0].key), index: $0) }
                .filter { !ignored.contains(mapping[$0.index].key.string ?? "") }
            writeList(pairs.sorted { $0.name < $1.name }, in: ("{", "}"), to: &text) { pair, text in
                text += pair.name
                text += ":"
                write(mapping[pair.index].value, to: &text)
            }
        case .sequence(let sequence):
            writeList(sequence, in: ("[", "]"), to: &text) { write($0, to: &$1) }
        case .scalar(let scalar):
            text += ScalarKind(scalar).rawValue
            text += " "
            text += String(scalar.string.utf8.count)
            text += " "
            text += scalar.string
        case .alias: text += "alias"
        }
    }

    private static func writeList<Element>(
        _ list: some Sequence<Element>, in brackets: (String, String), to text: inout String,
        _ write: (Element, inout String) -> Void
    ) {
        text += brackets.0
        for (index, element) in list.enumerated() {
            if index > 0 { text += "," }
            write(element, &text)
        }
        text += brackets.1
    }
}
