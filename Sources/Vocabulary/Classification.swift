public import struct Foundation.Date

/// What an answer means for the key, and the few words of it that may be kept.
public struct Classification: Sendable, Equatable {
    /// The reason, from which the verdict follows.
    public var finding: Finding
    /// How much a dead answer proves; ``Strength/never`` for every answer that is not dead.
    public var strength: Strength
    /// The time over which refusals must repeat, where the rule sets its own.
    public var confirmOver: Duration?
    /// The provider's machine-readable code, or `other` where it may not be kept.
    public var providerCode: String?
    /// The provider's request id, or `other` where it may not be kept.
    public var requestID: String?
    /// How long the provider asks us to wait.
    public var retryAfter: Duration?
    /// The end of the key's life, where a living key's answer tells it.
    public var expiresAt: Date?

    /// The verdict that the finding stands for.
    public var verdict: Verdict { finding.verdict }

    /// For a probe that got no whole answer: no name, no connection, no TLS, a timeout, a cut transfer.
    public static let unreachable = Classification(finding: .unreachable)

    /// A finding that is not drawn from an answer, such as ``Finding/undecryptable``.
    public init(finding: Finding) {
        self.finding = finding
        strength = .never
    }
}
