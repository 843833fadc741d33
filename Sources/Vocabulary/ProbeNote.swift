/// What this program knows about a probe beyond its finding: why no answer came, or why an answer is not believed.
public enum ProbeNote: Sendable, Hashable {
    /// The host name (or the proxy's) has no address.
    case unresolved
    /// No connection could be made.
    case connectionRefused
    /// The TLS handshake or the certificate's verification failed.
    case tls
    /// The time for the exchange was over.
    case timedOut
    /// The connection broke before a complete answer.
    case interrupted
    /// The answer was larger than any that is expected.
    case tooLarge
    /// The host has only addresses that are not public.
    case blockedAddress
    /// The request was stopped before an answer came.
    case stopped
    /// The URL is not one that the program fetches.
    case unusableURL
    /// libcurl failed with this code (see libcurl-errors(3)).
    case libcurl(Int)
    /// The provider answers the same without a key.
    case answeredWithoutKey
    /// The answer had this finding, and is not believed: a made-up key was not refused.
    case madeUpKeyAccepted(answered: Finding)
    /// The answer had this finding, and is not believed: a made-up key was not answered.
    case madeUpKeyUnanswered(answered: Finding)
    /// No request can be made from the key's parameters.
    case noRequest
}

extension ProbeNote: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, code, answered
    }

    /// Decodes an object as ``encode(to:)`` writes it.
    ///
    /// - Throws: `DecodingError` for a name that this version does not know, and where its code or finding is absent.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .kind)
        if let plain = Self.plain.first(where: { $0.name == name }) {
            self = plain
            return
        }
        switch name {
        case "libcurl": self = .libcurl(try container.decode(Int.self, forKey: .code))
        case "madeUpKeyAccepted":
            self = .madeUpKeyAccepted(answered: try container.decode(Finding.self, forKey: .answered))
        case "madeUpKeyUnanswered":
            self = .madeUpKeyUnanswered(answered: try container.decode(Finding.self, forKey: .answered))
        default:
            throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: "unknown note")
        }
    }

    /// Encodes the name of the case as `kind`, with `code` or `answered` beside it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .kind)
        switch self {
        case .libcurl(let code): try container.encode(code, forKey: .code)
        case .madeUpKeyAccepted(let finding), .madeUpKeyUnanswered(let finding):
            try container.encode(finding, forKey: .answered)
        default: break
        }
    }

    private static let plain: [ProbeNote] = [
        .unresolved, .connectionRefused, .tls, .timedOut, .interrupted, .tooLarge, .blockedAddress, .stopped,
        .unusableURL, .answeredWithoutKey, .noRequest,
    ]

    /// The name of the case, as it is stored.
    package var name: String {
        switch self {
        case .unresolved: "unresolved"
        case .connectionRefused: "connectionRefused"
        case .tls: "tls"
        case .timedOut: "timedOut"
        case .interrupted: "interrupted"
        case .tooLarge: "tooLarge"
        case .blockedAddress: "blockedAddress"
        case .stopped: "stopped"
        case .unusableURL: "unusableURL"
        case .libcurl: "libcurl"
        case .answeredWithoutKey: "answeredWithoutKey"
        case .madeUpKeyAccepted: "madeUpKeyAccepted"
        case .madeUpKeyUnanswered: "madeUpKeyUnanswered"
        case .noRequest: "noRequest"
        }
    }
}
