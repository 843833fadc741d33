internal import Foundation

/// A condition that a run observes now, whether or not operators were told of it.
struct ObservedCondition: Sendable, Equatable {
    let kind: ConditionKind
    var subject = ""
    /// The time at which it began; nil where the store does not know it.
    var since: Date?
    let facts: Condition.Details
}
