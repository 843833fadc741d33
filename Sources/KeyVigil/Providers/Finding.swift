/// What a probe's answer means for the key. Only ``dead`` can ever lead to disabling; ``unknown`` changes nothing.
public enum Verdict: String, Sendable, Codable, CaseIterable {
    case alive
    case dead
    case unknown
}

/// The reason behind a verdict, in the words that audit rows, JSON output and mails use.
public enum Finding: String, Sendable, Codable, CaseIterable {
    case valid, restricted, exhausted
    case invalid, revoked, expired, suspended
    case keyTypeRetired, rateLimited, unreachable, providerError, egressBlocked, unrecognised
    case undecryptable, unsupported, endpointChanged

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

/// How much a dead answer proves, which decides how many confirmations it needs.
public enum Strength: String, Sendable, Codable, CaseIterable {
    /// One confirmation after the gap.
    case specific
    /// Two confirmations over at least 72 hours, or the rule's own `confirm_over`.
    case ambiguous
    /// Reported, never a reason to disable.
    case never
}
