/// What it is about; the raw value stands in the store and in JSON.
package enum ConditionKind: String, Sendable, CaseIterable {
    /// A scope's breaker is open; the subject is `provider/key type`.
    case breaker
    /// The operator's own key was refused while tenants' keys work; the subject is the provider.
    case canary
    /// A made-up key was not refused; the subject is the provider.
    case control
    /// Keys that nobody could check for a week.
    case uncheckable
    /// Keys of a type that the provider no longer takes; the subject is the provider.
    case keyTypeRetired
    /// Keys refused by an answer that never switches one off; the subject is the provider.
    case neverDead
    /// Mails that failed.
    case notices
    /// Keys without a conclusive check for the promised period.
    case overdue
}
