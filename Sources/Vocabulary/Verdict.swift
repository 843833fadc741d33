/// What a probe's answer means for the key. Only ``dead`` can ever lead to disabling; ``unknown`` changes nothing.
public enum Verdict: String, Sendable, Codable, CaseIterable {
    /// The provider knows the key and accepts it, with or without credit.
    case alive
    /// The provider refuses the key itself, by its own machine-readable code or exact message.
    case dead
    /// The answer proves nothing about the key, or there was none.
    case unknown
}
