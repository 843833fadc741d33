import Foundation
import KeyVigil
internal import Vocabulary

extension MailContent {
    /// A mail about one notice of this kind with made-up facts, for previews and for checking templates.
    package static func sample(_ kind: NoticeKind, locale: String = "en") -> MailContent {
        MailContent(
            tenantName: "Acme Labs", recipient: "team@acme.example", locale: locale,
            timeZone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, platformContact: "support@platform.example",
            manageURL: "https://platform.example/settings/keys", items: [.sample(kind)],
            stillWorking: sampleWorking)
    }

    static let sampleWorking = [
        KeyLine(providerName: "OpenAI", label: "Staging", hint: "sk-proj-…"),
        KeyLine(providerName: "Groq", label: "Summaries", hint: "gsk_…"),
    ]

    /// Samples for checking templates: each kind alone, all kinds at once, and hostile names and labels.
    static func samples(locale: String) -> [(name: String, content: MailContent)] {
        var all = NoticeKind.allCases.map { ($0.rawValue, sample($0, locale: locale)) }
        let hostile = KeyLine(providerName: "OpenAI", label: "<script>alert('{{tenant}}')</script> \"&\" \u{202E}\r\n.")
        for policy in Policy.allCases {
            let items = NoticeKind.allCases.map { Item.sample($0, keyID: $0.rawValue) }
            all.append(
                ("all kinds, \(policy.rawValue)", sample(items, onDisabled: policy, stillWorking: [], locale: locale)))
        }
        for kind in NoticeKind.allCases {
            let strange = sample(
                [.sample(kind, key: hostile)], onDisabled: .fail, stillWorking: [hostile], locale: locale)
            all.append(("strange names, \(kind.rawValue)", strange))
        }
        var walled = Item.sample(.keyUncheckable)
        walled.finding = .egressBlocked
        all.append(("behind a firewall", sample([walled], onDisabled: .fail, stillWorking: [], locale: locale)))
        return all
    }

    private static func sample(
        _ items: [Item], onDisabled policy: Policy, stillWorking: [KeyLine], locale: String
    ) -> MailContent {
        MailContent(
            tenantName: "Ａcme <&> 株式会社 🎉", recipient: "team@acme.example", locale: locale, onDisabled: policy,
            items: items, stillWorking: stillWorking)
    }
}

extension MailContent.Item {
    /// A notice with made-up facts.
    static func sample(
        _ kind: NoticeKind, keyID: String = "1",
        key: MailContent.KeyLine = MailContent.KeyLine(providerName: "OpenAI", label: "Production", hint: "sk-proj-…")
    ) -> MailContent.Item {
        let since = Date(timeIntervalSince1970: 1_736_847_000)
        return MailContent.Item(
            kind: kind, keyID: keyID, key: key, finding: finding(kind),
            providerCode: [.keyDisabled, .keyRefused].contains(kind) ? "invalid_api_key" : nil,
            consoleURL: "https://platform.openai.com/api-keys", since: since,
            downSince: kind == .keyWorksAgain ? since.addingTimeInterval(-86_400) : nil,
            expiresAt: kind == .keyExpiring ? since.addingTimeInterval(7 * 86_400) : nil,
            daysLeft: kind == .keyExpiring ? 7 : nil,
            notBefore: kind == .keyRefused ? since.addingTimeInterval(35 * 86_400) : nil)
    }

    private static func finding(_ kind: NoticeKind) -> Finding {
        switch kind {
        case .keyDisabled, .keyRefused, .keyGivenUp: .invalid
        case .keyTypeRetired: .keyTypeRetired
        case .keyUncheckable: .endpointChanged
        case .outOfCredit: .exhausted
        case .keyExpiring, .keyWorksAgain: .valid
        }
    }
}
