package import Database
package import KeyVigil

extension ActiveProviders {
    /// The providers of `catalogue`, under the operator's settings, for the keys and controls that this store holds.
    ///
    /// - Throws: `DatabaseError` where the store cannot be read.
    package static func current(
        of catalogue: Catalogue, under overrides: [String: ProviderOverride], in connection: Connection
    ) throws -> ActiveProviders {
        ActiveProviders(catalogue, overrides, stored: try storedProviders(in: connection))
    }

    /// Ids of providers for which the store holds keys or the result of a control, however old.
    static func storedProviders(in connection: Connection) throws -> Set<String> {
        Set(try connection.query("SELECT provider FROM key_count UNION SELECT provider FROM control") { $0.text(0) })
    }
}
