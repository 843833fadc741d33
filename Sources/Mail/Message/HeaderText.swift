/// Why a value cannot stand in a mail's header. The value itself is not repeated: it may be hostile.
package enum HeaderError: Error, Equatable, CustomStringConvertible {
    /// A control character, such as CR, LF or NUL, or a line separator; the position counts Unicode scalars from 0.
    case controlCharacter(field: String, position: Int)
    /// Longer than `limit` Unicode scalars.
    case tooLong(field: String, limit: Int)
    /// A Message-ID that is not of the form `left@right`.
    case notAMessageID

    /// What is wrong and what to write instead.
    package var description: String {
        switch self {
        case .controlCharacter(let field, let position):
            "\(field): control character at position \(position); remove line breaks and control characters"
        case .tooLong(let field, let limit): "\(field): longer than \(limit) characters; shorten it"
        case .notAMessageID: "Message-ID refused: write it as left@right, in letters, digits and . _ -"
        }
    }
}

/// One line of text for a header: it cannot hold CR, LF, NUL or any other control or line-separating character.
package struct HeaderText: Sendable, Hashable {
    /// The text, as a person reads it; a message encodes it (RFC 2047).
    package let text: String

    /// Refuses text that has a control character or more than 1,000 Unicode scalars.
    ///
    /// Filter text from tenants before: a strange label should cost a character and never the mail.
    ///
    /// - Parameter field: how the error names the value.
    package init(_ text: String, field: String = "header") throws(HeaderError) {
        for (position, scalar) in text.unicodeScalars.enumerated() {
            guard position < 1000 else { throw .tooLong(field: field, limit: 1000) }
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator:
                throw .controlCharacter(field: field, position: position)
            default: continue
            }
        }
        self.text = text
    }
}
