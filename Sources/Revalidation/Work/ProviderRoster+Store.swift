package import Database
package import KeyVigil

extension ProviderRoster {
    /// The roster for what this store holds.
    package static func current(
        _ catalogue: Catalogue, _ overrides: [String: ProviderOverride], in connection: Connection
    ) throws -> ProviderRoster {
        ProviderRoster(catalogue, overrides, stored: try storedProviders(in: connection))
    }

    /// Ids of which the store has keys, or a control of any time.
    static func storedProviders(in connection: Connection) throws -> Set<String> {
        Set(try connection.query("SELECT provider FROM key_count UNION SELECT provider FROM control") { $0.text(0) })
    }
}
