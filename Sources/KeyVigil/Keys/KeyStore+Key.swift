internal import Database
internal import Vocabulary

extension KeyStore {
    /// The key with this id, or a refusal that says where to look.
    public func key(_ id: String) async throws -> StoredKey {
        let id = id.lowercased()
        return try await database.read { connection in try connection.requireKey(id) }
    }
}

extension Connection {
    func requireKey(_ id: String) throws -> StoredKey {
        guard let key = try storedKey(id.lowercased()) else {
            throw InvalidInput("there is no key with this id; `keyvigil keys list` shows them")
        }
        return key
    }
}
