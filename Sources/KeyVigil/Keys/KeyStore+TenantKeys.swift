internal import Database
internal import Foundation
internal import Vocabulary

/// Changes of a tenant that affect its keys.
extension KeyStore {
    /// Changes a tenant by `change`, which gets the stored one, and returns it as it is stored then.
    ///
    /// Setting ``Tenant/byok`` to false takes its keys off the schedule; setting it to true makes them due at once.
    ///
    /// - Throws: `InvalidInput` where there is no such tenant or an address is both an owner's and a member's; what
    ///   `change` throws; `DatabaseError` where the store fails. The tenant then stays as it was.
    @discardableResult
    public func changeTenant(
        _ id: String, _ change: @Sendable (inout Tenant) throws -> Void
    ) async throws -> Tenant {
        try await command { transaction in
            let before = try TenantTable.require(id, in: transaction.connection)
            var tenant = before
            try change(&tenant)
            try tenant.requireOneRoleEach()
            try TenantTable.update(tenant, in: transaction)
            if tenant.byok != before.byok {
                try HealthTable.schedule(tenant.byok ? transaction.now : nil, tenantID: id, in: transaction)
            }
            let facts = tenant.byok == before.byok ? nil : TenantChanged(byok: tenant.byok)
            try transaction.append(AuditEntry(facts, at: transaction.now, tenantID: id))
            return tenant
        }
    }

    /// Removes a tenant that has no keys left.
    ///
    /// - Throws: `InvalidInput` where there is no such tenant or it has keys, `DatabaseError` where the store fails.
    public func removeTenant(_ id: String) async throws {
        try await command { transaction in
            _ = try TenantTable.require(id, in: transaction.connection)
            guard try KeyTable.keys(KeyFilter(tenantID: id), page: 1, in: transaction.connection).isEmpty else {
                throw InvalidInput("the tenant still has keys", remedy: .deleteKeys)
            }
            try TenantTable.delete(id, in: transaction)
            try transaction.append(AuditEntry(.tenantRemoved, at: transaction.now, tenantID: id))
        }
    }
}
