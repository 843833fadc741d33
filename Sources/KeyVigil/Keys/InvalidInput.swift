/// Input that a person can mend: what is wrong and what to write instead. Exit status 65. Holds no secret.
public struct InvalidInput: Error, Equatable, CustomStringConvertible {
    /// One sentence.
    public let description: String

    /// A refusal.
    public init(_ description: String) { self.description = description }
}

/// Refuses text that could break a mail header, a terminal line or a log line. Nothing is rewritten silently.
enum PlainText {
    /// - Parameter what: the field's name, as the message begins.
    static func check(_ text: String, _ what: String, upTo length: Int = 200) throws(InvalidInput) -> String {
        guard !text.isEmpty else { throw InvalidInput("\(what) is empty") }
        guard text.count <= length else { throw InvalidInput("\(what) is longer than \(length) characters") }
        guard !text.unicodeScalars.contains(where: isUnprintable) else {
            throw InvalidInput("\(what) holds a line break or another control character; remove it")
        }
        return text
    }

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        case .format: scalar.properties.isBidiControl
        default: false
        }
    }
}
