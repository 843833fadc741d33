package import Foundation
package import Judgement
internal import Vocabulary

/// What happens next to a key, and what that depends on.
package enum NextStep: Sendable {
    /// No run probes it, for this reason.
    case notProbed(NotProbed)
    /// It is not probed any more.
    case neverProbed
    /// It has been due since this time.
    case due(since: Date)
    /// It is probed at this time.
    case probe(at: Date)
    /// No refusal by its provider disables a key.
    case refusalReported
    /// What it takes at the least to disable it.
    case firstRefusal(ConfirmationRule)
    /// A refusal confirms nothing while the breaker is open; this is what it takes afterwards.
    case heldByBreaker(ConfirmationRule)
    /// How far its suspicion is from being confirmed by refusals of one rule.
    case confirmation(Confirmation)
    /// The state of the guard in its scope.
    case guardState(GuardState)
    /// An operator's release covers its suspicion.
    case released(BreakerRelease)
    /// An accepted check enables it again; it is probed for the last time at `end`.
    case recovery(end: Date)
    /// A notice of this kind waits to be mailed.
    case notice(NoticeKind)

    /// How many refusals count, and from when on one may confirm.
    package struct Confirmation: Sendable, Equatable {
        /// The rule by which the refusals confirm.
        package let rule: ConfirmationRule
        /// How many refusals count, the breaker's closing included where ``isSinceClosing``.
        package let counted: Int
        /// Whether only refusals since the breaker closed count.
        package let isSinceClosing: Bool
        /// From when on one may confirm; nil where any further one may.
        package let from: Date?
        /// Whether all refusals of the suspicion's finding confirm by this rule.
        package let isOnlyRule: Bool
    }
}
