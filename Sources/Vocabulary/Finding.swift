/// The reason behind a verdict, in the words that audit rows, JSON output and mails use.
public enum Finding: String, Sendable, Codable, CaseIterable {
    /// Alive: the expected answer.
    case valid
    /// Alive: recognised, and its permissions do not reach as far as the question.
    case restricted
    /// Alive: its account has no credit left.
    case exhausted
    /// Dead: the provider does not know it.
    case invalid
    /// Dead: taken back, or its account closed.
    case revoked
    /// Dead: past its end.
    case expired
    /// Dead: it or its account is suspended.
    case suspended
    /// Unknown: the provider no longer takes keys of this type.
    case keyTypeRetired
    /// Unknown: too many requests.
    case rateLimited
    /// Unknown: no whole answer came.
    case unreachable
    /// Unknown: an error of the provider's own.
    case providerError
    /// Unknown: the address or region that asks is blocked.
    case egressBlocked
    /// Unknown: no rule knows the answer.
    case unrecognised
    /// Unknown: the stored ciphertext does not open.
    case undecryptable
    /// Unknown: no request can be made for it.
    case unsupported
    /// Unknown: the endpoint is elsewhere, or gone.
    case endpointChanged

    /// The verdict that this finding stands for; it never varies by provider.
    public var verdict: Verdict {
        switch self {
        case .valid, .restricted, .exhausted: .alive
        case .invalid, .revoked, .expired, .suspended: .dead
        case .keyTypeRetired, .rateLimited, .unreachable, .providerError, .egressBlocked, .unrecognised,
            .undecryptable, .unsupported, .endpointChanged:
            .unknown
        }
    }
}
