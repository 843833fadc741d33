/// A text that is not a mail address this program sends to. Permanent: the address must be mended.
public struct InvalidMailAddress: Error, Sendable, Equatable, CustomStringConvertible {
    /// Says what is accepted; does not repeat the text.
    public var description: String {
        "not a plain mail address (expected name@example.com: ASCII, at most 254 characters, no quotes, no display name)"
    }
}

/// A plain address, `name@example.com`. It cannot hold anything that a mail server would read as a second command.
///
/// RFC 5321 allows more (quoted local parts, address literals, and RFC 6531 other alphabets); these are refused.
public struct MailAddress: Sendable, Hashable, CustomStringConvertible {
    /// As given.
    public let text: String

    /// Throws unless the text is dot-atoms of ASCII around one `@`, at most 254 characters in all.
    public init(_ text: String) throws(InvalidMailAddress) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, parts[0].count <= 64 else { throw InvalidMailAddress() }
        let isName = Self.isDotted(parts[0]) { HeaderSyntax.isLetterOrDigit($0) || Self.atomPunctuation.contains($0) }
        let isDomain = Self.isDotted(parts[1]) { HeaderSyntax.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        guard isName, isDomain else { throw InvalidMailAddress() }
        self.text = text
    }

    /// The address.
    public var description: String { text }

    private static let atomPunctuation = Set("!#$%&'*+-/=?^_`{|}~".utf8)

    private static func isDotted(_ part: Substring.UTF8View, of isAllowed: (UInt8) -> Bool) -> Bool {
        part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAllowed) }
    }
}
