package import Database
package import KeyVigil

extension Connection {
    /// The roster for what this store holds.
    package func roster(
        _ catalogue: Catalogue, _ overrides: [String: ProviderOverride]
    ) throws -> ProviderRoster {
        ProviderRoster(catalogue, overrides, stored: try storedProviders())
    }

    /// Ids of which the store has keys, or a control of any time.
    func storedProviders() throws -> Set<String> {
        Set(try query("SELECT provider FROM key_count UNION SELECT provider FROM control") { $0.text(0) })
    }
}
