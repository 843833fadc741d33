internal import Database
internal import Foundation
internal import Vocabulary

/// Changes of a tenant that change what happens to its keys.
extension KeyStore {
    /// Changes a tenant in place and returns it as it stands.
    ///
    /// Switching BYOK off takes its keys off the schedule; switching it on makes them due at once.
    @discardableResult
    public func changeTenant(
        _ id: String, _ change: @Sendable (inout Tenant) throws -> Void
    ) async throws -> Tenant {
        try await command { connection, chain, now in
            let before = try connection.requireTenant(id)
            var tenant = before
            try change(&tenant)
            try tenant.requireOneRoleEach()
            try connection.update(tenant)
            if tenant.byok != before.byok { try connection.schedule(tenant.byok ? now : nil, tenantID: id) }
            let details = tenant.byok == before.byok ? nil : "byok \(tenant.byok ? "on" : "off")"
            try chain.append(AuditEntry(.tenantChanged, at: now, tenantID: id, details: details), to: connection)
            return tenant
        }
    }

    /// Removes a tenant that has no keys left.
    public func removeTenant(_ id: String) async throws {
        try await command { connection, chain, now in
            _ = try connection.requireTenant(id)
            guard try connection.storedKeys(KeyFilter(tenantID: id), page: 1).isEmpty else {
                throw InvalidInput("the tenant still has keys; delete them first with `keyvigil keys delete`")
            }
            try connection.execute("DELETE FROM tenant WHERE id = $1", [.text(id)])
            try chain.append(AuditEntry(.tenantRemoved, at: now, tenantID: id), to: connection)
        }
    }
}

extension Connection {
    /// Puts the keys that the job looks after on the schedule at `date`, or takes them off it.
    fileprivate func schedule(_ date: Date?, tenantID: String) throws {
        try execute(
            """
            UPDATE key_health SET next_probe_at = $1
            WHERE (status = 'active' OR (status = 'disabled' AND disabled_by = 'job'))
                AND (slice, key_id) IN (SELECT h.slice, h.key_id FROM stored_key k JOIN key_health h ON h.key_id = k.id
                    WHERE k.tenant_id = $2)
            """, [.time(date), .text(tenantID)])
    }
}
