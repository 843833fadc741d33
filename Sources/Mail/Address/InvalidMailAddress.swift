/// Why a text is no mail address that this library sends to. Permanent: the address must be corrected.
public enum InvalidMailAddress: Error, Sendable, Equatable, CustomStringConvertible {
    /// No `@`, or more than one.
    case separator
    /// The part before `@` is empty, longer than 64 octets, or no dot-atom (RFC 5322, 3.2.3).
    case localPart
    /// The part before `@` has characters beyond ASCII, which need SMTPUTF8 (RFC 6531) on every relay.
    case internationalLocalPart
    /// The part after `@` is no host name of letters, digits and hyphens (RFC 5321, 4.1.2).
    case domain
    /// The part after `@` has characters beyond ASCII and no valid ASCII form (UTS 46).
    case internationalDomain
    /// The whole address is longer than 254 octets (RFC 5321, 4.5.3.1.3, without the angle brackets).
    case length

    /// What is wrong and what to write instead; never repeats the text, which may be hostile.
    public var description: String { "mail address refused: \(fault); write it as name@example.com" }

    private var fault: String {
        switch self {
        case .separator: "it needs exactly one @"
        case .localPart:
            "the part before @ must be 1 to 64 letters, digits and !#$%&'*+-/=?^_`{|}~, with single dots between"
        case .internationalLocalPart:
            "the part before @ has characters beyond ASCII, which not every mail server takes; use another address"
        case .domain:
            "the part after @ must be a host name: letters, digits and inner hyphens, at most 63 between two dots"
        case .internationalDomain: "the part after @ is no valid international domain; give its xn-- form"
        case .length: "it is longer than 254 characters"
        }
    }
}
