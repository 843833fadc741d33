internal import Yams

/// What a word of YAML stands for: quoted it is text, unquoted it may be something else (YAML 1.1, section 10.2).
///
/// Read here: the resolver of Yams holds several regular expressions against every word, which took a third of the time
/// in which the program starts.
enum ScalarKind: String {
    case bool, number, null, text

    init(_ scalar: Node.Scalar) {
        guard scalar.style == .plain || scalar.style == .any else {
            self = .text
            return
        }
        switch scalar.string.lowercased() {
        case "true", "yes", "on", "false", "no", "off": self = .bool
        case "", "~", "null": self = .null
        case let word:
            let isPlausible = word.utf8.allSatisfy("0123456789+-._e".utf8.contains)
            self = isPlausible && Double.construct(from: scalar) != nil ? .number : .text
        }
    }
}

extension Node {
    /// What it stands for; nil for lists and mappings.
    var kind: ScalarKind? { scalar.map(ScalarKind.init) }

    /// Its truth value, where it is one.
    var flag: Bool? {
        kind == .bool ? scalar.map { ["true", "yes", "on"].contains($0.string.lowercased()) } : nil
    }
}
