/// Why a value cannot stand in a mail's header. The value itself is not repeated: it may be hostile.
package enum HeaderError: Error, Equatable, CustomStringConvertible {
    /// A control character, such as CR, LF or NUL, or a line separator; the position counts Unicode scalars from 0.
    case controlCharacter(field: String, position: Int)
    /// Longer than the field may be.
    case tooLong(field: String, limit: Int)
    /// Not of the form `name@host`.
    case notAnAddress(reason: String)
    /// Not of the form `left@right`.
    case notAMessageID

    /// What is wrong and what to write instead.
    package var description: String {
        switch self {
        case .controlCharacter(let field, let position):
            "\(field): control character at position \(position); remove line breaks and control characters"
        case .tooLong(let field, let limit): "\(field): longer than \(limit) characters; shorten it"
        case .notAnAddress(let reason): "mail address refused: \(reason); write it as name@example.com"
        case .notAMessageID: "Message-ID refused: write it as left@right, in letters, digits and . _ -"
        }
    }
}

/// One line of text for a header: it cannot hold CR, LF, NUL or any other control or line-separating character.
package struct HeaderText: Sendable, Hashable {
    /// The text, as a person reads it; ``EncodedWord`` writes it for the wire.
    package let text: String

    /// Refuses `text` that has a control character or more than 1,000 Unicode scalars.
    ///
    /// Text from tenants passes ``Printable`` first, so that a strange label costs a character and never the mail.
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
