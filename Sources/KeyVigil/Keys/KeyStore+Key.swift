internal import Database
internal import Vocabulary

extension KeyStore {
    /// The key with this id, or a refusal that says where to look.
    public func key(_ id: String) async throws -> StoredKey {
        let id = id.lowercased()
        return try await database.read { connection in try KeyTable.require(id, in: connection) }
    }
}
