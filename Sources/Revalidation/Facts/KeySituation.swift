package import Foundation
internal import KeyVigil
package import Vocabulary

/// What there is to know of a key's state, as `explain` shows it first.
package enum KeySituation: Sendable {
    /// It is not in the store: when it was deleted, and which of its rows was the last that changed it.
    case gone(deletedAt: Date?, lastChange: AuditLine?)
    /// An operator revoked it.
    case revoked(at: Date?)
    /// An operator disabled it.
    case disabledByOperator(at: Date)
    /// The job disabled it; `grounds` is nil where its row is not known.
    case disabledByJob(at: Date, finding: Finding, grounds: Grounds?)
    /// It is in use, and no run probes it.
    case notProbed(NotProbed)
    /// It is suspected; `held` where the guard held it since.
    case suspected(since: Date, finding: Finding, isHeldByBreaker: Bool, held: Held?)
    /// It is in use, and checks say nothing of it until somebody acts.
    case uncheckable(Uncheckable)
    /// It is in use, and no check was conclusive for the promised period; `finding` is nil where no check was made in
    /// it either.
    case overdue(days: Int, since: Date?, finding: Finding?)
    /// It is in use and was not checked yet.
    case unchecked
    /// It is in use, and its account has no credit.
    case withoutCredit(since: Date)
    /// It is in use, and the provider accepted it.
    case accepted(at: Date, isRestricted: Bool)
    /// It is in use although the provider refused it: this refusal never disables a key.
    case refusedWithoutEffect(at: Date, finding: Finding)
    /// It was enabled after a refusal and not checked since.
    case enabledSinceRefusal(enabledAt: Date, refusedAt: Date, finding: Finding)
    /// It is in use, and the last check was not conclusive.
    case unknown(finding: Finding, lastConclusiveAt: Date?)

    /// A decision of the guard to hold a key.
    package struct Held: Sendable {
        /// When the key was held.
        package let at: Date
        /// Why; nil where the row holds no facts that this program knows.
        package let facts: KeyHeld?
        /// Whether what the row predicts still holds: no breaker has opened or closed since, and no release covers it.
        package let isPredictionValid: Bool
    }

    /// A finding that no further check changes.
    package struct Uncheckable: Sendable {
        /// What the checks find.
        package let finding: Finding
        /// Since when; nil where it is not known.
        package let since: Date?
        /// Whether the host is the tenant's own, so that the tenant has to act.
        package let isTenants: Bool
        /// The HTTP status of the last answer; nil where there was none.
        package let httpStatus: Int?
    }
}

/// Why no run probes an active key.
package enum NotProbed: Sendable, Equatable {
    /// The tenant may not bring keys.
    case byokOff
    /// The provider is planned and not live yet.
    case planned(provider: String)
    /// This program does not know the provider.
    case unknownProvider(String)
    /// The settings disable the provider with this id.
    case providerOff(String)
    /// A probe of this provider costs money, and the settings do not allow it.
    case unpaid
}
