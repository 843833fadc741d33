internal import Database

/// An address of a tenant's, and what its person is there.
struct Recipient: Equatable {
    /// Notices about keys go to owners alone.
    enum Role: String { case owner, member }

    let address: String
    let role: Role
}

extension Connection {
    /// By address; a role that another program wrote reads as a member's, who gets no mail.
    func recipients(tenantID: String) throws -> [Recipient] {
        try query("SELECT address, role FROM recipient WHERE tenant_id = $1 ORDER BY address", [.text(tenantID)]) {
            Recipient(address: $0.text(0), role: Recipient.Role(rawValue: $0.text(1)) ?? .member)
        }
    }

    /// Makes the tenant's recipients those that it names; what is known of an address that stays is kept.
    func writeRecipients(of tenant: Tenant) throws {
        let wanted =
            tenant.addresses.map { Recipient(address: $0, role: .owner) }
            + tenant.members.map { Recipient(address: $0, role: .member) }
        let known = try recipients(tenantID: tenant.id)
        for recipient in known where !wanted.contains(where: { $0.address == recipient.address }) {
            try execute(
                "DELETE FROM recipient WHERE tenant_id = $1 AND address = $2",
                [.text(tenant.id), .text(recipient.address)])
        }
        for recipient in wanted where !known.contains(recipient) {
            try execute(
                """
                INSERT INTO recipient (tenant_id, address, role) VALUES ($1, $2, $3)
                ON CONFLICT (tenant_id, address) DO UPDATE SET role = excluded.role
                """, [.text(tenant.id), .text(recipient.address), .text(recipient.role.rawValue)])
        }
    }
}
