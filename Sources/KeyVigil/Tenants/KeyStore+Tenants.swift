internal import Database
internal import Foundation
internal import Vocabulary

extension KeyStore {
    /// Adds a tenant; its id must be new.
    public func add(_ tenant: Tenant) async throws {
        try await command { connection, chain, now in
            guard try connection.tenant(tenant.id) == nil else {
                throw InvalidInput("a tenant with this id exists already; change it with `keyvigil tenants set`")
            }
            try connection.insert(tenant)
            try chain.append(AuditEntry(.tenantAdded, at: now, tenantID: tenant.id), to: connection)
        }
    }
}

extension KeyStore {
    /// The tenant with this id, or a refusal that says where to look.
    public func tenant(_ id: String) async throws -> Tenant {
        try await database.read { try $0.requireTenant(id) }
    }
}
