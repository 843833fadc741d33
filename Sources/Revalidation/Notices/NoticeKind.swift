/// What a notice to a tenant tells; the raw value names its folder of templates.
///
/// A mail shows its notices in this order: what needs a hand first, good news last.
package enum NoticeKind: String, Sendable, Codable, CaseIterable {
    /// The job switched a key off.
    case keyDisabled = "key_disabled"
    /// A key has been refused three times and is still on: a spent plan answers the same.
    case keyRefused = "key_refused"
    /// The provider no longer takes keys of this type.
    case keyTypeRetired = "key_type_retired"
    /// The account behind a key has no credit left; the key stays on.
    case outOfCredit = "out_of_credit"
    /// For a week a key could not be checked, for a reason on the tenant's side.
    case keyUncheckable = "key_uncheckable"
    /// A key's known expiry date comes near.
    case keyExpiring = "key_expiring"
    /// A key that the job had switched off is not asked any more.
    case keyGivenUp = "key_given_up"
    /// A key that the job had switched off is on again.
    case keyWorksAgain = "key_works_again"

    /// Whether somebody has to do something.
    package var needsAttention: Bool { self != .keyWorksAgain }
}
