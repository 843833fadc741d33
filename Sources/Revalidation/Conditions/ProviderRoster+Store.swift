public import Database
public import KeyVigil

extension Connection {
    /// The roster for what this store holds.
    public func roster(
        _ catalogue: Catalogue, _ overrides: [String: ProviderOverride]
    ) throws -> ProviderRoster {
        let stored = try query("SELECT provider FROM key_count UNION SELECT provider FROM control") { $0.text(0) }
        return ProviderRoster(catalogue, overrides, stored: Set(stored))
    }
}
