internal import Database

/// SQL conditions for enabled keys: active ones of tenants that may bring keys, at providers that are switched on.
enum EnabledKeys {
    /// The condition that a key of `key_health h` is enabled.
    ///
    /// For queries that meet few keys: where a tenant may not bring keys, it looks up the tenant of each key.
    static func condition(switchedOff: [String]) -> String {
        """
        h.status = 'active' AND h.provider NOT IN (\(SQLList.texts(switchedOff)))
            AND (NOT EXISTS (\(tenantsWithoutBYOK))
                OR (SELECT k.tenant_id FROM stored_key k WHERE k.id = h.key_id) NOT IN (\(tenantsWithoutBYOK)))
        """
    }

    /// The query for tenants that may not bring keys. They are usually few, and a partial index holds them alone.
    static let tenantsWithoutBYOK = "SELECT id FROM tenant WHERE NOT byok"

    /// Whether any tenant may not bring keys. Where there is none, the server need not search for their keys, which it may
    /// do in a slow order.
    static func areSomeTenantsWithoutBYOK(in connection: Connection) throws -> Bool {
        try connection.first("\(tenantsWithoutBYOK) LIMIT 1") { _ in true } ?? false
    }
}
