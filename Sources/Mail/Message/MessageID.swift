package import Foundation

/// The identity of one mail (RFC 5322, 3.6.4), the same on every attempt, so that the recipient's server can recognise a
/// repeat.
package struct MessageID: Sendable, Hashable, CustomStringConvertible {
    /// `left@right`, without the angle brackets.
    package let description: String

    /// Refuses all but letters, digits and `. _ -` around one `@`, and more than 200 characters.
    package init(_ text: String) throws(HeaderError) {
        let halves = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard halves.count == 2, text.utf8.count <= 200, halves.allSatisfy(Self.isDotAtom) else {
            throw .notAMessageID
        }
        description = text
    }

    /// The identity of the mail with this id in the store. Refuses what is no domain.
    package init(mail: UUID, domain: some StringProtocol) throws(HeaderError) {
        try self.init("\(mail.uuidString.lowercased())@\(domain)")
    }

    /// A multipart boundary. It cannot occur in a quoted-printable body, where `=` is followed by hexadecimal digits or
    /// the end of the line, never by `_`.
    var boundary: String {
        "=_" + description.filter { $0.isLetter || $0.isNumber }.prefix(60)
    }

    private static func isDotAtom(_ half: Substring.UTF8View) -> Bool {
        half.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty
                && atom.allSatisfy { byte in
                    let scalar = Unicode.Scalar(byte)
                    return byte < 0x80 && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte))
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
        }
    }
}
