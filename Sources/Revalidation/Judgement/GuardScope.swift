/// What brake, cap and baseline are kept for: a provider's keys of one type, over all tenants' hosts (ruling 3).
public struct GuardScope: Sendable, Hashable, Comparable {
    /// The provider's id.
    public let provider: String
    /// The catalogue's name for the shape of key; `standard` for most providers.
    public let keyType: String

    /// A scope.
    public init(provider: String, keyType: String) {
        self.provider = provider
        self.keyType = keyType
    }

    /// By provider, then key type.
    public static func < (one: GuardScope, other: GuardScope) -> Bool {
        (one.provider, one.keyType) < (other.provider, other.keyType)
    }
}
