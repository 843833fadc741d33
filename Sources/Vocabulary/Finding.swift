/// The reason behind a verdict. Audit rows and JSON output hold the raw values.
public enum Finding: String, Sendable, Codable, CaseIterable {
    /// Alive: the expected answer.
    case valid
    /// Alive: the provider knows the key, and its permissions do not cover the probe.
    case restricted
    /// Alive: its account has no credit left.
    case exhausted
    /// Dead: the provider does not know the key.
    case invalid
    /// Dead: the key was revoked, or its account was closed.
    case revoked
    /// Dead: the key has expired.
    case expired
    /// Dead: the key or its account is suspended.
    case suspended
    /// Unknown: the provider no longer accepts keys of this type (ruling 9).
    case keyTypeRetired
    /// Unknown: too many requests.
    case rateLimited
    /// Unknown: no complete answer came.
    case unreachable
    /// Unknown: the provider failed to answer because of an internal error.
    case providerError
    /// Unknown: the address or region that the probe came from, or the address that it went to, is blocked.
    case egressBlocked
    /// Unknown: no rule of the catalogue matches the answer.
    case unrecognised
    /// Unknown: the stored ciphertext cannot be decrypted.
    case undecryptable
    /// Unknown: no request can be made for the key.
    case unsupported
    /// Unknown: the endpoint moved or no longer exists.
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
