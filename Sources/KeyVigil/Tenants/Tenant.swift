internal import Database
public import Foundation
public import Mail
public import Vocabulary

/// A customer of the platform who stores API keys and gets mail about them.
public struct Tenant: Sendable {
    /// What ``Resolver`` does when none of the tenant's keys is usable.
    public enum DisabledPolicy: String, Sendable, CaseIterable {
        /// Uses the platform's own key until the tenant's works again.
        case fallback
        /// Uses no key, so that calls fail until the tenant replaces or removes its key.
        case fail
    }

    /// The platform's id for the tenant: 1 to 128 printable ASCII characters without spaces.
    public var id: String
    /// The name that mails use; untrusted text.
    public var name: String
    /// The language of its mails, a BCP 47 tag such as `en`, which selects the templates.
    public var locale: String
    /// The time zone of times in its mails, an IANA name such as `Europe/Berlin`.
    public var timeZone: String
    /// Whether the tenant may use keys of its own. If not, none can be added, and stored ones are not probed or
    /// resolved.
    public var byok: Bool
    /// What happens to its calls while none of its keys is usable.
    public var onDisabled: DisabledPolicy
    /// The addresses of its owners, who get the notices about its keys. Setting them removes the owners whose stored
    /// addresses are ``unusableAddresses``.
    public var addresses: [MailAddress] { didSet { unusableRecipients.removeAll { $0.role == .owner } } }
    /// The addresses of other people of the tenant, who get no notice about keys. Setting them removes the members
    /// whose stored addresses are ``unusableAddresses``.
    public var members: [MailAddress] { didSet { unusableRecipients.removeAll { $0.role == .member } } }
    /// Recipients that another program stored and whose addresses are not valid.
    var unusableRecipients: [Recipient] = []
    /// When the tenant was added.
    public var createdAt: Date

    /// A tenant whose texts are safe in a mail and on a terminal.
    ///
    /// - Throws: `InvalidInput` for an id, name, locale or time zone that is not allowed, and for an address that is
    ///   both an owner's and a member's.
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

    /// Checks that no address is both an owner's and a member's, without regard to case.
    func requireOneRoleEach() throws(InvalidInput) {
        let owners = Set(addresses.map { $0.text.lowercased() })
        guard owners.isDisjoint(with: members.map { $0.text.lowercased() }) else {
            throw InvalidInput(
                "an address is both an owner's and a member's; give it one role", remedy: .separateAddresses)
        }
    }

    /// The recipients that another program stored and that are no mail addresses. They get no mail; the notices of a
    /// tenant without another owner go to the operators (ruling 19).
    public var unusableAddresses: [String] { unusableRecipients.map(\.text) }

    /// Returns the name unchanged.
    ///
    /// - Throws: `InvalidInput` unless it has 1 to 200 characters, none of which is a control character.
    public static func checkName(_ text: String) throws(InvalidInput) -> String {
        try OneLineText.check(text, "tenant name")
    }

    /// Returns the language tag unchanged. It becomes the name of a template folder, so it must not be a path.
    ///
    /// - Throws: `InvalidInput` unless it is parts of 2 to 8 ASCII letters or digits with hyphens between.
    public static func checkLocale(_ text: String) throws(InvalidInput) -> String {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.allSatisfy({ (2...8).contains($0.count) && $0.allSatisfy(\.isASCIIAlphanumeric) })
        else { throw InvalidInput("locale must be a language tag such as en or de-AT") }
        return text
    }

    /// Returns the name of the time zone unchanged.
    ///
    /// - Throws: `InvalidInput` where this system does not know the time zone.
    public static func checkTimeZone(_ text: String) throws(InvalidInput) -> String {
        guard text.utf8.count <= 64, !text.contains(".."), TimeZone(identifier: text) != nil else {
            throw InvalidInput("time zone must be an IANA name such as UTC or Europe/Berlin")
        }
        return text
    }

    /// The mail addresses in these texts, each once.
    ///
    /// - Throws: `InvalidInput` that says what is wrong with the first text that is no mail address.
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
    /// Reads a stored row without checking it: a value that another program stored must not stop this one.
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

    /// The addresses of this role, each once: one stored text may be the `xn--` form of another.
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
