internal import Database
internal import Foundation
internal import Vocabulary

extension KeyStore {
    /// Adds a tenant.
    ///
    /// - Throws: `InvalidInput` where a tenant with this id exists or an address is both an owner's and a member's.
    ///   `DatabaseError` where the store fails.
    public func add(_ tenant: Tenant) async throws {
        try await command { transaction in
            guard try TenantTable.tenant(tenant.id, in: transaction.connection) == nil else {
                throw InvalidInput("a tenant with this id exists already", remedy: .changeTenant)
            }
            try tenant.requireOneRoleEach()
            try TenantTable.insert(tenant, in: transaction)
            try transaction.append(AuditEntry(.tenantAdded, at: transaction.now, tenantID: tenant.id))
        }
    }
}

extension KeyStore {
    /// The tenant with this id.
    ///
    /// - Throws: `InvalidInput` where there is none, `DatabaseError` where the store fails.
    public func tenant(_ id: String) async throws -> Tenant {
        try await database.read { try TenantTable.require(id, in: $0) }
    }
}
