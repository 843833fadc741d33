/// What a probe's answer means for the key. Only ``dead`` can ever lead to disabling; ``unknown`` changes nothing.
public enum Verdict: String, Sendable, Codable, CaseIterable {
    /// The provider knows the key and lets it in, with or without credit.
    case alive
    /// The provider refuses the key itself, by its own machine-readable code or exact message.
    case dead
    /// The answer, or that there was none, proves nothing about the key.
    case unknown
}
