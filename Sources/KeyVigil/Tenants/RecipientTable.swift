internal import Database
internal import Mail

/// The table `recipient`: a tenant's mail addresses.
package enum RecipientTable {
    /// A tenant's recipients in order of address. An unknown role, which another program stored, is read as a
    /// member's, who gets no mail.
    static func recipients(tenantID: String, in connection: Connection) throws -> [Recipient] {
        try connection.query(
            "SELECT address, role FROM recipient WHERE tenant_id = $1 ORDER BY address", [.text(tenantID)]
        ) {
            Recipient(text: $0.text(0), role: Recipient.Role(rawValue: $0.text(1)) ?? .member)
        }
    }

    /// Replaces the stored recipients by those of `tenant`. An address that stays keeps its delivery state.
    static func replaceAll(of tenant: Tenant, in transaction: StoreTransaction) throws {
        let owners = tenant.addresses.map { ($0, Recipient.Role.owner) }
        let members = tenant.members.map { ($0, Recipient.Role.member) }
        var missing = Dictionary(owners + members) { first, _ in first }
        let known = try recipients(tenantID: tenant.id, in: transaction.connection)
        for recipient in known where !tenant.unusableRecipients.contains(recipient) {
            guard let role = recipient.address.flatMap({ missing.removeValue(forKey: $0) }) else {
                try delete(recipient, of: tenant, in: transaction)
                continue
            }
            if role != recipient.role {
                try write(Recipient(text: recipient.text, role: role), of: tenant, in: transaction)
            }
        }
        for (address, role) in missing {
            try write(Recipient(text: address.text, role: role), of: tenant, in: transaction)
        }
    }

    private static func delete(
        _ recipient: Recipient, of tenant: Tenant, in transaction: StoreTransaction
    ) throws {
        try transaction.execute(
            "DELETE FROM recipient WHERE tenant_id = $1 AND address = $2", [.text(tenant.id), .text(recipient.text)])
    }

    private static func write(
        _ recipient: Recipient, of tenant: Tenant, in transaction: StoreTransaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO recipient (tenant_id, address, role) VALUES ($1, $2, $3)
            ON CONFLICT (tenant_id, address) DO UPDATE SET role = excluded.role
            """, [.text(tenant.id), .text(recipient.text), .text(recipient.role.rawValue)])
    }
}
