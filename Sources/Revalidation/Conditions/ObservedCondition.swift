internal import Foundation

/// Something that is so now, whether or not anybody was told.
struct ObservedCondition: Sendable, Equatable {
    let kind: ConditionKind
    var subject = ""
    /// When it began, where the store knows; else when it was first seen.
    var since: Date?
    let facts: Condition.Details
}
