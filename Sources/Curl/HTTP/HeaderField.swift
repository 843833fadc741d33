/// A header that would change the request's shape or cannot be sent. Permanent: correct the setting or the key.
package enum InvalidHeader: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name is empty or holds a byte that RFC 9110 does not allow in a token.
    case name
    /// The value holds CR, LF, NUL or another control character.
    case value
    /// The secret is empty or holds a byte outside 0x21–0x7E.
    case secret

    /// Names the faulty part, never its content.
    package var description: String {
        switch self {
        case .name: "the header's name is not a token of letters, digits and !#$%&'*+-.^_`|~"
        case .value: "the header's value holds a control character"
        case .secret:
            "the secret is empty or holds a byte that no key has (only printable ASCII without spaces is sent)"
        }
    }
}

/// A header line that is not secret. It cannot smuggle a second line.
package struct HeaderField: Sendable, Hashable {
    /// As given; HTTP/2 sends it in lower case.
    package let name: String
    /// As given.
    package let value: String

    /// Throws when the name is no token or the value holds a control character.
    package init(name: String, value: String) throws(InvalidHeader) {
        guard HeaderSyntax.isToken(name.utf8) else { throw .name }
        guard HeaderSyntax.isValue(value.utf8) else { throw .value }
        self.name = name
        self.value = value
    }

    /// libcurl reads `Name:` as "leave that header out"; an empty value is asked for with a semicolon.
    var line: String {
        value.isEmpty ? "\(name);" : "\(name): \(value)"
    }
}

/// What RFC 9110 section 5 lets a header consist of.
enum HeaderSyntax {
    private static let tokenPunctuation = Set("!#$%&'*+-.^_`|~".utf8)

    static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { $0.isASCIILetterOrDigit || tokenPunctuation.contains($0) }
    }

    static func isValue(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
    }
}
