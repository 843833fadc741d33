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
        switch scalar.string {
        case let word where word.utf8.allSatisfy(Self.isOfNumbers) && !word.isEmpty:
            self = Double(word.filter { $0 != "_" }) != nil ? .number : .text
        case let word where word.utf8.count <= 5: self = Self(ofShort: word.lowercased())
        default: self = .text
        }
    }

    private static func isOfNumbers(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "0"..."9", "+", "-", ".", "_", "e", "E": true
        default: false
        }
    }

    /// None of the words that mean something else is longer.
    private init(ofShort word: String) {
        self =
            switch word {
            case "true", "yes", "on", "false", "no", "off": .bool
            case "", "~", "null": .null
            default: .text
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
