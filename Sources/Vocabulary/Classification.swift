public import struct Foundation.Date

/// What an answer means for the key, and the parts of it that may be stored.
public struct Classification: Sendable, Equatable {
    /// The reason, from which the verdict follows.
    public var finding: Finding
    /// How much a dead answer proves; ``Strength/never`` for every answer that is not dead.
    public var strength: Strength
    /// The time over which refusals must repeat, where the catalogue's rule sets one (`confirm_over`).
    public var confirmOver: Duration?
    /// The provider's machine-readable code, or `other` where it may not be stored (ruling 25).
    public var providerCode: String?
    /// The provider's request id, or `other` where it may not be stored (ruling 25).
    public var requestID: String?
    /// How long the provider asks its clients to wait before the next request.
    public var retryAfter: Duration?
    /// When the key expires, where the answer to a living key says so.
    public var expiresAt: Date?

    /// The verdict that the finding stands for.
    public var verdict: Verdict { finding.verdict }

    /// A probe that got no complete answer: name lookup, connection or TLS failed, it timed out, or it was cut off.
    public static let unreachable = Classification(finding: .unreachable)

    /// A finding that does not come from an answer, such as ``Finding/undecryptable``.
    public init(finding: Finding) {
        self.finding = finding
        strength = .never
    }
}
