internal import Foundation

/// A plain address, `name@example.com`: the one form that settings, tenants, mail headers and the SMTP envelope share.
///
/// It is the part of RFC 5321's `Mailbox` that relays accept without extensions: a dot-atom of at most 64 octets, `@`, and
/// a domain of letters, digits and hyphens. Quoted local parts, address literals and comments are refused, so the text
/// can stand between angle brackets in a header or an SMTP command and mean nothing else.
public struct MailAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address in ASCII: as given, but for an international domain, which is in its `xn--` form.
    public let text: String

    /// Reads an address, throwing the reason if it is none. An international domain is converted after UTS 46.
    public init(_ text: String) throws(InvalidMailAddress) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .separator }
        let localPart = Substring(parts[0])
        guard localPart.utf8.allSatisfy(\.isASCII) else { throw .internationalLocalPart }
        guard Self.isLocalPart(localPart.utf8) else { throw .localPart }
        let domain = try Self.asciiDomain(Substring(parts[1]))
        guard Self.isHostName(domain.utf8) else { throw .domain }
        self.text = "\(localPart)@\(domain)"
        guard self.text.utf8.count <= 254 else { throw .length }
    }

    /// The address.
    public var description: String { text }

    /// What stands after the `@`.
    package var domain: Substring { text[text.index(after: text.lastIndex(of: "@") ?? text.startIndex)...] }

    private static func isLocalPart(_ part: Substring.UTF8View) -> Bool {
        part.count <= 64 && labels(part).allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAtomText) }
    }

    private static func isHostName(_ domain: Substring.UTF8View) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return labels(domain).allSatisfy { label in
            (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                && label.allSatisfy { $0.isASCIILetterOrDigit || $0 == hyphen }
        }
    }

    private static func labels(_ part: Substring.UTF8View) -> [Substring.UTF8View] {
        part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    }

    /// Foundation converts the host of a URL. Only host characters reach it, so that no `:` or `/` ends the host early.
    private static func asciiDomain(_ domain: Substring) throws(InvalidMailAddress) -> Substring {
        guard !domain.utf8.allSatisfy(\.isASCII) else { return domain }
        guard domain.utf8.allSatisfy({ !$0.isASCII || $0.isHostText }) else { throw .domain }
        let host = URL(string: "https://\(domain)/").flatMap { URLComponents(url: $0, resolvingAgainstBaseURL: false) }
        guard let converted = host?.encodedHost, isHostName(Substring(converted).utf8) else {
            throw .internationalDomain
        }
        return Substring(converted)
    }
}

extension UInt8 {
    fileprivate var isASCII: Bool { self < 0x80 }

    /// `atext` of RFC 5322, 3.2.3.
    fileprivate var isAtomText: Bool { isASCIILetterOrDigit || "!#$%&'*+-/=?^_`{|}~".utf8.contains(self) }

    fileprivate var isHostText: Bool { isASCIILetterOrDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") }

    var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
