package import Foundation
internal import KeyVigil
package import Vocabulary

/// The content of one mail to one recipient: all notices that the recipient's tenant is owed in this run.
///
/// Names and labels may be any text that a tenant typed; they are filtered when the mail is rendered. No field may
/// hold more of a key than its hint.
package struct MailContent: Sendable {
    /// The tenant's display name.
    package var tenantName: String
    /// The address that the mail goes to; the mail's last lines name it.
    package var recipient: String
    /// The recipient's locale as a BCP 47 tag, such as `de-AT`.
    package var locale: String
    /// The tenant's time zone, in which the mail shows all times.
    package var timeZone: TimeZone
    /// The operators' address for questions, where set.
    package var platformContact: String?
    /// The platform's page for managing keys (`notices.console_url`), where set.
    package var manageURL: String?
    /// What happens to a request that none of the tenant's keys can serve.
    package var onDisabled: Policy
    /// Whether the platform skips a key without credit (`policy.exhausted: skip`) or continues to use it.
    package var passesOverExhausted: Bool
    /// The notices, in the order of ``NoticeKind``; one for each key and kind.
    package let items: [Item]
    /// The keys that can serve the requests of a notice's key instead, by the id of that key.
    package var alternatives: [String: WorkingKeys]
    /// The tenant's working keys of providers that no notice is about.
    package var unaffected: WorkingKeys

    /// A mail with these notices. Each working key of a provider is listed as an alternative to the provider's other
    /// keys. A key that was disabled and enabled again gets one item that says both.
    package init(
        tenantName: String, recipient: String, locale: String = "en", timeZone: TimeZone = .gmt,
        platformContact: String? = nil, manageURL: String? = nil, onDisabled: Policy = .fail,
        passesOverExhausted: Bool = false, items: [Item], stillWorking: [KeyLine] = []
    ) {
        self.tenantName = tenantName
        self.recipient = recipient
        self.locale = locale
        self.timeZone = timeZone
        self.platformContact = platformContact
        self.manageURL = manageURL
        self.onDisabled = onDisabled
        self.passesOverExhausted = passesOverExhausted
        self.items = Self.gathered(items)
        let mentioned = Set(items.map(\.key.providerName))
        let byProvider = Dictionary(grouping: stillWorking, by: \.providerName)
        alternatives = Dictionary(
            items.map { ($0.keyID, WorkingKeys(byProvider[$0.key.providerName] ?? [])) }, uniquingKeysWith: { $1 })
        unaffected = WorkingKeys(stillWorking.filter { !mentioned.contains($0.providerName) })
    }

    /// Enabled keys without known trouble. A mail names the first ten and counts the others, so that it stays
    /// readable for a tenant with thousands of keys.
    package struct WorkingKeys: Sendable {
        /// The keys to name, at most ten.
        package let named: [KeyLine]
        /// The number of all such keys, named or not.
        package let count: Int

        static let mostNamed = 10

        /// - Parameter count: the number of all working keys, where it is larger than the number of `keys`.
        package init(_ keys: [KeyLine], count: Int? = nil) {
            named = Array(keys.prefix(Self.mostNamed))
            self.count = max(count ?? 0, keys.count)
        }
    }

    /// A tenant's choice for requests that none of its keys can serve.
    package enum Policy: String, Sendable, Codable, CaseIterable {
        /// The platform serves the request with its own key.
        case fallback
        /// The request fails.
        case fail
    }

    /// A key as a mail shows it to its tenant.
    package struct KeyLine: Sendable, Hashable {
        /// The provider's display name.
        package var providerName: String
        /// The tenant's name for the key; may be empty.
        package var label: String
        /// The stored hint as it is shown, such as `sk-proj-…`; nil for keys too short to have one.
        package var hint: String?

        /// - Parameter hint: the stored hint; never more of the key.
        package init(providerName: String, label: String, hint: String? = nil) {
            self.providerName = providerName
            self.label = label
            self.hint = hint
        }
    }

    /// One notice about one key.
    package struct Item: Sendable {
        /// The notice's kind, which selects its template.
        package var kind: NoticeKind
        /// The key's id, by which items are grouped; never shown.
        package var keyID: String
        /// The key as the mail shows it.
        package var key: KeyLine
        /// The reason; the mail shows our sentence for it (ruling 25).
        package var finding: Finding
        /// The provider's code, as the column `provider_code` holds it; never its message.
        package var providerCode: String?
        /// The provider's page on which keys are created.
        package var consoleURL: String?
        /// The time at which what the notice tells began.
        package var since: Date
        /// For ``NoticeKind/keyWorksAgain``: the time at which the key was disabled.
        package var downSince: Date?
        /// For ``NoticeKind/keyExpiring``: the time at which the key expires.
        package var expiresAt: Date?
        /// For ``NoticeKind/keyExpiring``: whole days left, 0 on the last day.
        package var daysLeft: Int?
        /// For ``NoticeKind/keyRefused``: the key is not disabled before this time.
        package var notBefore: Date?
        /// What the tenant can do, one sentence a step. Empty: the template's own two steps are shown.
        package var remediationSteps: [String]

        /// A notice with these facts; the properties say what each is.
        package init(
            kind: NoticeKind, keyID: String, key: KeyLine, finding: Finding, providerCode: String? = nil,
            consoleURL: String? = nil, since: Date, downSince: Date? = nil, expiresAt: Date? = nil,
            daysLeft: Int? = nil, notBefore: Date? = nil, remediationSteps: [String] = []
        ) {
            self.kind = kind
            self.keyID = keyID
            self.key = key
            self.finding = finding
            self.providerCode = providerCode
            self.consoleURL = consoleURL
            self.since = since
            self.downSince = downSince
            self.expiresAt = expiresAt
            self.daysLeft = daysLeft
            self.notBefore = notBefore
            self.remediationSteps = remediationSteps
        }
    }
}
