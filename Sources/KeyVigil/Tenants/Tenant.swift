internal import Database
public import Foundation
public import Mail
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
    /// The addresses of its owners, who get the notices about its keys. Setting them removes the owners whose stored
    /// addresses are ``unusableAddresses``.
    public var addresses: [MailAddress] { didSet { unusableRecipients.removeAll { $0.role == .owner } } }
    /// The addresses of other people of the tenant, who get no notice about keys. Setting them removes the members whose
    /// stored addresses are ``unusableAddresses``.
    public var members: [MailAddress] { didSet { unusableRecipients.removeAll { $0.role == .member } } }
    /// Recipients that another program wrote to the store and whose addresses no mail can have.
    var unusableRecipients: [Recipient] = []
    /// When it was added.
    public var createdAt: Date

    /// A tenant, checked: every text that will stand in a mail or on a terminal is refused here if it could break one.
    public init(
        id: String, name: String, locale: String = "en", timeZone: String = "UTC", byok: Bool = true,
        onDisabled: DisabledPolicy = .fallback, addresses: [MailAddress] = [], members: [MailAddress] = [],
        createdAt: Date
    ) throws(InvalidInput) {
        guard Identifier.isValid(id) else {
            throw InvalidInput("tenant id must be 1 to 128 printable ASCII characters without spaces")
        }
        self.id = id
        self.name = try Self.checkName(name)
        self.locale = try Self.checkLocale(locale)
        self.timeZone = try Self.checkTimeZone(timeZone)
        self.byok = byok
        self.onDisabled = onDisabled
        self.addresses = addresses
        self.members = members
        self.createdAt = createdAt
        try requireOneRoleEach()
    }

    /// Throws where an address has both roles; capital letters make no difference.
    func requireOneRoleEach() throws(InvalidInput) {
        let owners = Set(addresses.map { $0.text.lowercased() })
        guard owners.isDisjoint(with: members.map { $0.text.lowercased() }) else {
            throw InvalidInput(
                "an address is both an owner's and a member's; give it one role", remedy: .separateAddresses)
        }
    }

    /// Texts of recipients that another program wrote to the store and that are no mail addresses. They get no mail; a
    /// tenant without another owner has its notices go to the operators.
    public var unusableAddresses: [String] { unusableRecipients.map(\.text) }

    /// The name, or `InvalidInput` unless it has 1 to 200 characters and none that controls how a line is shown.
    public static func checkName(_ text: String) throws(InvalidInput) -> String {
        try OneLineText.check(text, "tenant name")
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

    /// The mail addresses that these texts are, each once; throws `InvalidInput` with the fault of the first that is none.
    public static func checkAddresses(_ texts: [String]) throws(InvalidInput) -> [MailAddress] {
        var checked: [MailAddress] = []
        for text in texts {
            do throws(InvalidMailAddress) {
                let address = try MailAddress(text)
                if !checked.contains(address) { checked.append(address) }
            } catch {
                throw InvalidInput(error.description)
            }
        }
        return checked
    }
}

extension Tenant {
    /// A stored row as it is: what another program wrote there must not keep this one from its work.
    init(row: Row, recipients: [Recipient]) {
        id = row.text(0)
        name = row.text(1)
        locale = row.text(2)
        timeZone = row.text(3)
        byok = row.flag(4)
        onDisabled = DisabledPolicy(rawValue: row.text(5)) ?? .fallback
        createdAt = row.time(6) ?? .distantPast
        addresses = Self.addresses(of: .owner, among: recipients)
        members = Self.addresses(of: .member, among: recipients)
        unusableRecipients = recipients.filter { $0.address == nil }
    }

    /// Each once: a text may be another's `xn--` form.
    private static func addresses(of role: Recipient.Role, among recipients: [Recipient]) -> [MailAddress] {
        var addresses: [MailAddress] = []
        for recipient in recipients where recipient.role == role {
            if let address = recipient.address, !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }
}

extension Character {
    fileprivate var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}
