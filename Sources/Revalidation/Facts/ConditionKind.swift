/// The kinds of conditions that operators are told of. The raw values stand in the store and in JSON.
package enum ConditionKind: String, Sendable, Codable, CaseIterable {
    /// A scope's breaker is open; the subject is `provider/key type`.
    case breaker
    /// The canary was refused while tenants' keys work; the subject is the provider.
    case canary
    /// A made-up key was not refused; the subject is the provider.
    case control
    /// Keys have had no conclusive answer for a week, or no probe exists for them; there is no subject.
    case uncheckable
    /// Keys are of a type that the provider no longer accepts; the subject is the provider.
    case keyTypeRetired
    /// Keys were refused by a rule that never disables one; the subject is the provider.
    case neverDead
    /// Mails failed in the last 24 hours; there is no subject.
    case notices
    /// Keys have had no conclusive check for the promised period; there is no subject.
    case overdue
}
