/// What a notice to a tenant tells; the raw value names its folder of templates.
///
/// A mail shows its notices in this order: what needs a hand first, good news last.
public enum NoticeKind: String, Sendable, Codable, CaseIterable {
    /// The job switched a key off.
    case keyDisabled = "key_disabled"
    /// The account behind a key has no credit left; the key stays on.
    case outOfCredit = "out_of_credit"
    /// A key's known expiry date comes near.
    case keyExpiring = "key_expiring"
    /// A key that the job had switched off is on again.
    case keyWorksAgain = "key_works_again"

    /// Whether somebody has to do something.
    public var needsAttention: Bool { self != .keyWorksAgain }
}
