internal import Database
internal import KeyVigil
internal import Mail

extension RecipientTable {
    /// The valid mail addresses of a tenant's owners, each once. Other programs also write this table, so texts that
    /// are no addresses are left out.
    static func deliverableAddresses(of tenantID: String, in connection: Connection) throws -> [MailAddress] {
        let found = try connection.query(
            "SELECT address FROM recipient WHERE tenant_id = $1 AND NOT suppressed AND role = $2 ORDER BY address",
            [.text(tenantID), .text(Recipient.Role.owner.rawValue)]
        ) { try? MailAddress($0.text(0)) }
        var known: Set<MailAddress> = []
        return found.compactMap(\.self).filter { known.insert($0).inserted }
    }

    /// The number of stored addresses that are no mail addresses, among the owners of tenants with waiting notices.
    static func unusableAddressCount(in connection: Connection) throws -> Int {
        let found = try connection.query(
            """
            SELECT address FROM recipient WHERE NOT suppressed AND role = \(Recipient.Role.owner.sql)
                AND tenant_id IN (SELECT tenant_id FROM notice WHERE state = \(NoticeState.waiting.sql))
            """
        ) { try? MailAddress($0.text(0)) }
        return found.count { $0 == nil }
    }
}
