internal import Database
internal import Vocabulary

extension KeyStore {
    /// The key with this id; upper case in `id` makes no difference.
    ///
    /// - Throws: `InvalidInput` where there is none, `DatabaseError` where the store fails.
    public func key(_ id: String) async throws -> StoredKey {
        let id = id.lowercased()
        return try await database.read { connection in try KeyTable.require(id, in: connection) }
    }
}
