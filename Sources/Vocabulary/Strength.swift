/// How much a dead answer proves, which decides how many confirmations it needs.
public enum Strength: String, Sendable, Codable, CaseIterable {
    /// Needs one confirmation after the gap.
    case specific
    /// Needs two confirmations over at least 72 hours, or over the rule's own `confirm_over`.
    case ambiguous
    /// Is reported, and never a reason to disable the key.
    case never
}
