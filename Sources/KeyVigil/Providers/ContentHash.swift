import Yams

/// A stable name for the content of a catalogue entry: layout, comments and order of names do not count.
enum ContentHash {
    /// FNV-1a, 64 bits: tells versions apart, protects against nothing.
    static func of(_ text: String) -> String {
        let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func canonical(_ node: Node) -> String {
        switch node {
        case .mapping(let mapping):
            let pairs = mapping.map { (name: canonical($0.key), value: canonical($0.value)) }
            let sorted = pairs.sorted { $0.name < $1.name }.map { "\($0.name):\($0.value)" }
            return "{" + sorted.joined(separator: ",") + "}"
        case .sequence(let sequence):
            return "[" + sequence.map(canonical).joined(separator: ",") + "]"
        case .scalar(let scalar):
            return "\(ScalarKind(scalar).rawValue) \(scalar.string.utf8.count) \(scalar.string)"
        case .alias:
            return "alias"
        }
    }
}
