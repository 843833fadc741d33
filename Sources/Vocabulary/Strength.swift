/// How much a dead answer proves, which decides how many confirmations it needs.
public enum Strength: String, Sendable, Codable, CaseIterable {
    /// One confirmation after the gap.
    case specific
    /// Two confirmations over at least 72 hours, or the rule's own `confirm_over`.
    case ambiguous
    /// Reported, never a reason to disable.
    case never
}
