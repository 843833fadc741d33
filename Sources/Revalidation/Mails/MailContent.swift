package import Foundation
internal import KeyVigil
package import Vocabulary

/// What one mail to one recipient tells: all the notices that its tenant is owed in this run.
///
/// Names and labels may be anything that a tenant typed; they are filtered when the mail is rendered. No field may hold
/// more of a key than its hint.
package struct MailContent: Sendable {
    /// The tenant, as people call it.
    package var tenantName: String
    /// The address that the mail goes to, which the mail names in its last lines.
    package var recipient: String
    /// The recipient's locale, such as `de-AT`.
    package var locale: String
    /// The tenant's time zone, in which all times are shown.
    package var timeZone: TimeZone
    /// Whom to ask: the operators' address, where set.
    package var platformContact: String?
    /// The platform's own page for keys (`notices.console_url`), where set.
    package var manageURL: String?
    /// What a request does when none of the tenant's keys can serve it.
    package var onDisabled: Policy
    /// Whether the platform passes over a key without credit (`policy.exhausted: skip`) or goes on using it.
    package var passesOverExhausted: Bool
    /// The notices: in order of ``NoticeKind``, and one for each key and kind.
    package let items: [Item]
    /// By the id of a notice's key: the keys that serve its requests now.
    package var alternatives: [String: WorkingKeys]
    /// The tenant's working keys of providers that no notice is about.
    package var unaffected: WorkingKeys

    /// A mail of these notices, where any working key of a provider serves for any other of it; a key that went down and came back meanwhile becomes one item that says both.
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
        let (mentioned, byProvider) = (
            Set(items.map(\.key.providerName)), Dictionary(grouping: stillWorking, by: \.providerName)
        )
        alternatives = Dictionary(
            items.map { ($0.keyID, WorkingKeys(byProvider[$0.key.providerName] ?? [])) }, uniquingKeysWith: { $1 })
        unaffected = WorkingKeys(stillWorking.filter { !mentioned.contains($0.providerName) })
    }

    /// Keys that are on and not known to be in trouble; the first ten by name, so that a tenant with thousands still gets
    /// a readable mail.
    package struct WorkingKeys: Sendable {
        /// At most ten.
        package let named: [KeyLine]
        /// All of them.
        package let count: Int

        static let mostNamed = 10

        /// - Parameter count: where more work than are given.
        package init(_ keys: [KeyLine], count: Int? = nil) {
            named = Array(keys.prefix(Self.mostNamed))
            self.count = max(count ?? 0, keys.count)
        }
    }

    /// A tenant's choice for requests that none of its keys can serve.
    package enum Policy: String, Sendable, Codable, CaseIterable {
        /// The platform's own plan serves them.
        case fallback
        /// They fail.
        case fail
    }

    /// A key as a tenant knows it.
    package struct KeyLine: Sendable, Hashable {
        /// The provider's name, for people.
        package var providerName: String
        /// The tenant's own name for the key; may be empty.
        package var label: String
        /// The stored hint, ready to show, such as `sk-proj-…`; nil for keys too short to have one.
        package var hint: String?

        /// A key with these names.
        package init(providerName: String, label: String, hint: String? = nil) {
            self.providerName = providerName
            self.label = label
            self.hint = hint
        }
    }

    /// One notice about one key.
    package struct Item: Sendable {
        /// What it tells.
        package var kind: NoticeKind
        /// Tells keys apart; never shown.
        package var keyID: String
        /// The key.
        package var key: KeyLine
        /// The reason, of which the mail gives our sentence.
        package var finding: Finding
        /// The provider's code, as `provider_code` holds it; never its message.
        package var providerCode: String?
        /// The provider's page where keys are made.
        package var consoleURL: String?
        /// Since when this is so.
        package var since: Date
        /// For ``NoticeKind/keyWorksAgain``: since when it had been off.
        package var downSince: Date?
        /// For ``NoticeKind/keyExpiring``: when the key ends.
        package var expiresAt: Date?
        /// For ``NoticeKind/keyExpiring``: whole days left, 0 on the last one.
        package var daysLeft: Int?
        /// For ``NoticeKind/keyRefused``: nothing is switched off before.
        package var notBefore: Date?
        /// What mends it, one sentence a step; empty: the template's own two steps.
        package var remediationSteps: [String]

        /// A notice of these facts.
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
