/// The kinds of notices to tenants. The raw value names the folder of the kind's templates.
///
/// A mail shows its notices in this order: those that need action first, good news last.
package enum NoticeKind: String, Sendable, Codable, CaseIterable {
    /// A run disabled a key.
    case keyDisabled = "key_disabled"
    /// A key was refused three times and is still enabled, because a spent plan is answered the same (ruling 10).
    case keyRefused = "key_refused"
    /// The provider no longer accepts keys of this type.
    case keyTypeRetired = "key_type_retired"
    /// The account behind a key has no credit left; the key stays enabled.
    case outOfCredit = "out_of_credit"
    /// A key could not be checked for a week, for a reason on the tenant's side.
    case keyUncheckable = "key_uncheckable"
    /// The known expiry date of a key is near.
    case keyExpiring = "key_expiring"
    /// A key that a run had disabled is not probed any more (90 days later, ruling 34).
    case keyGivenUp = "key_given_up"
    /// A key that a run had disabled is enabled again.
    case keyWorksAgain = "key_works_again"

    /// Whether the tenant has to act.
    package var needsAttention: Bool { self != .keyWorksAgain }
}
