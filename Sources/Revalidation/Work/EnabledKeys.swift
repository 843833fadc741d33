internal import Database
internal import Vocabulary

/// SQL conditions for enabled keys: active keys of tenants that may bring keys (BYOK), at enabled providers (ruling
/// 15).
enum EnabledKeys {
    /// The condition that a key of `key_health h` is enabled.
    ///
    /// For queries over few keys: where some tenant may not bring keys, the condition looks up the tenant of each
    /// key.
    static func condition(switchedOff: [String]) -> String {
        """
        h.status = \(KeyStatus.active.sql) AND h.provider NOT IN (\(SQLList.texts(switchedOff)))
            AND (NOT EXISTS (\(tenantsWithoutBYOK))
                OR (SELECT k.tenant_id FROM stored_key k WHERE k.id = h.key_id) NOT IN (\(tenantsWithoutBYOK)))
        """
    }

    /// Selects the tenants that may not bring keys. They are usually few, and a partial index covers them.
    static let tenantsWithoutBYOK = "SELECT id FROM tenant WHERE NOT byok"

    /// Whether any tenant may not bring keys. Where there is none, callers skip the query for such tenants' keys, for
    /// which PostgreSQL may choose a slow plan.
    static func areSomeTenantsWithoutBYOK(in connection: Connection) throws -> Bool {
        try connection.first("\(tenantsWithoutBYOK) LIMIT 1") { _ in true } ?? false
    }
}
