internal import KeyVigil

/// What a sweep asks of a provider again and again.
final class ProviderFacts: Sendable {
    let provider: Provider
    let hasDeadRule: Bool
    let isHostFixed: Bool
    /// Whether a parameter chooses among hosts that the catalogue lists.
    let hasListedHosts: Bool
    /// The type of all its keys; nil where there are several.
    let onlyKeyType: String?

    /// A placeholder in the host of the operator's or the catalogue's base URL is filled from each key.
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
