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
    /// The cases by the names under which they are stored.
    private enum Kind: String, Codable {
        case unresolved, connectionRefused, tls, timedOut, interrupted, tooLarge, blockedAddress, stopped, unusableURL
        case libcurl, answeredWithoutKey, madeUpKeyAccepted, madeUpKeyUnanswered, noRequest
    }

    private enum CodingKeys: String, CodingKey {
        case kind, code, answered
    }

    /// Decodes an object as ``encode(to:)`` writes it.
    ///
    /// - Throws: `DecodingError` for a name that this version does not know, and where its code or finding is absent.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func answered() throws -> Finding { try container.decode(Finding.self, forKey: .answered) }
        switch try container.decode(Kind.self, forKey: .kind) {
        case .unresolved: self = .unresolved
        case .connectionRefused: self = .connectionRefused
        case .tls: self = .tls
        case .timedOut: self = .timedOut
        case .interrupted: self = .interrupted
        case .tooLarge: self = .tooLarge
        case .blockedAddress: self = .blockedAddress
        case .stopped: self = .stopped
        case .unusableURL: self = .unusableURL
        case .libcurl: self = .libcurl(try container.decode(Int.self, forKey: .code))
        case .answeredWithoutKey: self = .answeredWithoutKey
        case .madeUpKeyAccepted: self = .madeUpKeyAccepted(answered: try answered())
        case .madeUpKeyUnanswered: self = .madeUpKeyUnanswered(answered: try answered())
        case .noRequest: self = .noRequest
        }
    }

    /// Encodes the name of the case as `kind`, with `code` or `answered` beside it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        switch self {
        case .libcurl(let code): try container.encode(code, forKey: .code)
        case .madeUpKeyAccepted(let finding), .madeUpKeyUnanswered(let finding):
            try container.encode(finding, forKey: .answered)
        default: break
        }
    }

    private var kind: Kind {
        switch self {
        case .unresolved: .unresolved
        case .connectionRefused: .connectionRefused
        case .tls: .tls
        case .timedOut: .timedOut
        case .interrupted: .interrupted
        case .tooLarge: .tooLarge
        case .blockedAddress: .blockedAddress
        case .stopped: .stopped
        case .unusableURL: .unusableURL
        case .libcurl: .libcurl
        case .answeredWithoutKey: .answeredWithoutKey
        case .madeUpKeyAccepted: .madeUpKeyAccepted
        case .madeUpKeyUnanswered: .madeUpKeyUnanswered
        case .noRequest: .noRequest
        }
    }
}
