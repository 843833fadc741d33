/// Refuses text that could break a mail header, a terminal line or a log line. Nothing is rewritten silently.
package enum OneLineText {
    /// Returns `text` unchanged.
    ///
    /// - Parameters:
    ///   - what: the field's name, with which the message begins.
    ///   - length: the most characters that are allowed.
    /// - Throws: `InvalidInput` for an empty or longer text, and for one with a control character.
    package static func check(_ text: String, _ what: String, upTo length: Int = 200) throws(InvalidInput) -> String {
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
