package import Database
internal import Foundation
internal import Vocabulary

/// The table `tenant`. Its functions throw `DatabaseError`.
package enum TenantTable {
    /// The tenant with this id; nil where there is none.
    package static func tenant(_ id: String, in connection: Connection) throws -> Tenant? {
        try tenants(where: "WHERE id = $1", values: [.text(id)], in: connection).first
    }

    /// The tenant with this id.
    ///
    /// - Throws: `InvalidInput` where there is none.
    static func require(_ id: String, in connection: Connection) throws -> Tenant {
        guard let tenant = try tenant(id, in: connection) else { throw Self.noTenant }
        return tenant
    }

    static let noTenant = InvalidInput("there is no tenant with this id", remedy: .listTenants)

    /// All tenants, by id.
    package static func tenants(in connection: Connection) throws -> [Tenant] {
        try tenants(where: "", values: [], in: connection)
    }

    private static func tenants(where condition: String, values: [SQLValue], in connection: Connection) throws
        -> [Tenant]
    {
        let sql =
            "SELECT id, name, locale, time_zone, byok, on_disabled, created_at FROM tenant \(condition) ORDER BY id"
        return try connection.query(sql, values) { row in
            Tenant(row: row, recipients: try RecipientTable.recipients(tenantID: row.text(0), in: connection))
        }
    }

    static func insert(_ tenant: Tenant, in transaction: StoreTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO tenant (id, name, locale, time_zone, byok, on_disabled, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text(tenant.id), .text(tenant.name), .text(tenant.locale), .text(tenant.timeZone),
                .flag(tenant.byok), .text(tenant.onDisabled.rawValue), .time(tenant.createdAt),
            ])
        try RecipientTable.replaceAll(of: tenant, in: transaction)
    }

    static func update(_ tenant: Tenant, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE tenant SET name = $1, locale = $2, time_zone = $3, byok = $4, on_disabled = $5 WHERE id = $6",
            [
                .text(tenant.name), .text(tenant.locale), .text(tenant.timeZone), .flag(tenant.byok),
                .text(tenant.onDisabled.rawValue), .text(tenant.id),
            ])
        try RecipientTable.replaceAll(of: tenant, in: transaction)
    }

    static func delete(_ id: String, in transaction: StoreTransaction) throws {
        try transaction.execute("DELETE FROM tenant WHERE id = $1", [.text(id)])
    }

    /// Whether each of these tenants may use keys of its own; unknown tenants are left out.
    static func byok(ofTenants ids: Set<String>, in connection: Connection) throws -> [String: Bool] {
        // Other ids cannot be stored, and PostgreSQL refuses text with a NUL.
        let valid = try SQLValue.texts(ids.filter(Identifier.isValid))
        let rows = try connection.query(
            "SELECT id, byok FROM tenant WHERE id IN (\(connection.dialect.texts(in: "$1")))", [valid]
        ) { ($0.text(0), $0.flag(1)) }
        return Dictionary(uniqueKeysWithValues: rows)
    }
}
