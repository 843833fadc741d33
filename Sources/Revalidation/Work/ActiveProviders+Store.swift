package import Database
package import KeyVigil

extension ActiveProviders {
    /// The activeProviders for what this store holds.
    package static func current(
        of catalogue: Catalogue, under overrides: [String: ProviderOverride], in connection: Connection
    ) throws -> ActiveProviders {
        ActiveProviders(catalogue, overrides, stored: try storedProviders(in: connection))
    }

    /// Ids of which the store has keys, or a control of any time.
    static func storedProviders(in connection: Connection) throws -> Set<String> {
        Set(try connection.query("SELECT provider FROM key_count UNION SELECT provider FROM control") { $0.text(0) })
    }
}
