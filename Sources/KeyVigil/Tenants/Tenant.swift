public import Database
public import Foundation
public import Vocabulary

/// A customer of the platform, who brings keys and gets mail about them.
public struct Tenant: Sendable {
    /// What `resolve` does when the tenant's key is disabled.
    public enum DisabledPolicy: String, Sendable, CaseIterable {
        /// Use the platform's own key until the tenant's works again.
        case fallback
        /// Answer with an error until the tenant updates or removes the key.
        case fail
    }

    /// The platform's id for it.
    public var id: String
    /// A name for mails; untrusted text.
    public var name: String
    /// BCP 47, such as `en`: which templates its mails use.
    public var locale: String
    /// IANA name, such as `Europe/Berlin`: how mails write times.
    public var timeZone: String
    /// Off: keys cannot be added, and stored ones are neither probed nor resolved.
    public var byok: Bool
    /// What happens to its calls while a key is disabled.
    public var onDisabled: DisabledPolicy
    /// Its owners, who manage its keys: where its mail goes.
    public var addresses: [String]
    /// Others of its people, who are known and get no notice about keys.
    public var members: [String]
    /// When it was added.
    public var createdAt: Date

    /// A tenant, checked: every text that will stand in a mail or on a terminal is refused here if it could break one.
    public init(
        id: String, name: String, locale: String = "en", timeZone: String = "UTC", byok: Bool = true,
        onDisabled: DisabledPolicy = .fallback, addresses: [String] = [], members: [String] = [], createdAt: Date
    ) throws(InvalidInput) {
        guard Identifier.isValid(id) else {
            throw InvalidInput("tenant id must be 1 to 128 printable ASCII characters without spaces")
        }
        self.id = id
        self.name = try OneLineText.check(name, "tenant name")
        self.locale = try Self.checkLocale(locale)
        self.timeZone = try Self.checkTimeZone(timeZone)
        self.byok = byok
        self.onDisabled = onDisabled
        self.addresses = try Self.checkAddresses(addresses)
        self.members = try Self.checkAddresses(members)
        self.createdAt = createdAt
        try requireOneRoleEach()
    }

    /// Nobody is owner and member at once.
    func requireOneRoleEach() throws(InvalidInput) {
        let owners = Set(addresses.map { $0.lowercased() })
        guard owners.isDisjoint(with: members.map { $0.lowercased() }) else {
            throw InvalidInput("an address is both an owner's (--email) and a member's (--members); give it one role")
        }
    }

    /// A language tag that names a template folder and nothing else.
    public static func checkLocale(_ text: String) throws(InvalidInput) -> String {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.allSatisfy({ (2...8).contains($0.count) && $0.allSatisfy(\.isASCIIAlphanumeric) })
        else { throw InvalidInput("locale must be a language tag such as en or de-AT") }
        return text
    }

    /// A time zone that this system knows.
    public static func checkTimeZone(_ text: String) throws(InvalidInput) -> String {
        guard text.utf8.count <= 64, !text.contains(".."), TimeZone(identifier: text) != nil else {
            throw InvalidInput("time zone must be an IANA name such as UTC or Europe/Berlin")
        }
        return text
    }

    /// Addresses that are safe in an SMTP command and a header, each once.
    public static func checkAddresses(_ texts: [String]) throws(InvalidInput) -> [String] {
        var checked: [String] = []
        for text in texts where !checked.contains(text) { checked.append(try MailboxText.check(text)) }
        return checked
    }
}

extension Tenant {
    /// A stored row as it is: what another program wrote there must not keep this one from its work.
    fileprivate init(row: Row, addresses: [String], members: [String]) {
        id = row.text(0)
        name = row.text(1)
        locale = row.text(2)
        timeZone = row.text(3)
        byok = row.flag(4)
        onDisabled = DisabledPolicy(rawValue: row.text(5)) ?? .fallback
        createdAt = row.time(6) ?? .distantPast
        self.addresses = addresses
        self.members = members
    }
}

extension Character {
    fileprivate var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}

extension Connection {
    /// The tenant with this id, or nil.
    public func tenant(_ id: String) throws -> Tenant? {
        try tenants("WHERE id = $1", [.text(id)]).first
    }

    /// The tenant with this id, or a refusal.
    func requireTenant(_ id: String) throws -> Tenant {
        guard let tenant = try tenant(id) else { throw Self.noTenant }
        return tenant
    }

    static let noTenant = InvalidInput("there is no tenant with this id; `keyvigil tenants list` shows them")

    /// All tenants, by id.
    public func tenants() throws -> [Tenant] { try tenants("", []) }

    private func tenants(_ condition: String, _ values: [SQLValue]) throws -> [Tenant] {
        let sql =
            "SELECT id, name, locale, time_zone, byok, on_disabled, created_at FROM tenant \(condition) ORDER BY id"
        return try query(sql, values) { row in
            let recipients = try recipients(tenantID: row.text(0))
            let owners = recipients.filter { $0.role == .owner }.map(\.address)
            let members = recipients.filter { $0.role == .member }.map(\.address)
            return Tenant(row: row, addresses: owners, members: members)
        }
    }

    func insert(_ tenant: Tenant) throws {
        try execute(
            """
            INSERT INTO tenant (id, name, locale, time_zone, byok, on_disabled, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text(tenant.id), .text(tenant.name), .text(tenant.locale), .text(tenant.timeZone),
                .flag(tenant.byok), .text(tenant.onDisabled.rawValue), .time(tenant.createdAt),
            ])
        try writeRecipients(of: tenant)
    }

    func update(_ tenant: Tenant) throws {
        try execute(
            "UPDATE tenant SET name = $1, locale = $2, time_zone = $3, byok = $4, on_disabled = $5 WHERE id = $6",
            [
                .text(tenant.name), .text(tenant.locale), .text(tenant.timeZone), .flag(tenant.byok),
                .text(tenant.onDisabled.rawValue), .text(tenant.id),
            ])
        try writeRecipients(of: tenant)
    }
}
