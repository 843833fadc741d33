internal import Yams

/// The type of a YAML scalar: a quoted one is text, a plain one may be another type (YAML 1.1, section 10.2).
///
/// Our own, as the resolver of Yams matches several regular expressions against every scalar, which took a third of the
/// time in which the program starts.
enum ScalarKind: String {
    case bool, number, null, text

    init(_ scalar: Node.Scalar) {
        guard scalar.style == .plain || scalar.style == .any else {
            self = .text
            return
        }
        switch scalar.string {
        case let word where word.utf8.allSatisfy(Self.isNumeric) && !word.isEmpty:
            self = Double(word.filter { $0 != "_" }) != nil ? .number : .text
        case let word where word.utf8.count <= 5: self = Self(short: word.lowercased())
        default: self = .text
        }
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "0"..."9", "+", "-", ".", "_", "e", "E": true
        default: false
        }
    }

    /// At most five characters: every plain scalar that is a truth value or null is that short.
    private init(short word: String) {
        self =
            switch word {
            case "true", "yes", "on", "false", "no", "off": .bool
            case "", "~", "null": .null
            default: .text
            }
    }
}

extension Node {
    /// Nil for lists and mappings.
    var kind: ScalarKind? { scalar.map(ScalarKind.init) }

    /// The truth value; nil for every other kind.
    var truth: Bool? {
        kind == .bool ? scalar.map { ["true", "yes", "on"].contains($0.string.lowercased()) } : nil
    }
}
