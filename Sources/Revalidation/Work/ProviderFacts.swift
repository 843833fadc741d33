internal import KeyVigil

/// Properties of a provider that a sweep needs for each key, computed once.
final class ProviderFacts: Sendable {
    let provider: Provider
    let hasDeadRule: Bool
    let isHostFixed: Bool
    /// Whether a parameter of the key selects one of the hosts that the catalogue lists.
    let hasListedHosts: Bool
    /// The type of all its keys; nil where there are several types.
    let onlyKeyType: String?

    /// Computes the properties. The operator's base URL, where `override` has one, replaces the catalogue's.
    init(_ provider: Provider, _ override: ProviderOverride?) {
        self.provider = provider
        hasDeadRule = provider.hasDeadRule
        isHostFixed = provider.isHostFixed(under: override)
        hasListedHosts =
            provider.isHostFixed && provider.hasPlaceholderInHost(override?.baseURL ?? provider.baseURL)
        let types = Set(provider.keyShapes.map(\.type))
        onlyKeyType = types.count < 2 ? types.first ?? "standard" : nil
    }
}
