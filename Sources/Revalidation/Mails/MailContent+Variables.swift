import Foundation
import KeyVigil
internal import Vocabulary

extension MailContent {
    /// The values that a template may show, under the names of ``TemplateVariables``. Text from outside is filtered
    /// here.
    ///
    /// An absent value is `NSNull` rather than left out: Mustache looks up a missing name in the enclosing sections
    /// and might find another key's label there.
    func variables() -> [String: Any] {
        let attention = Set(items.filter(\.kind.needsAttention).map(\.keyID)).count
        let restored = Set(items.map(\.keyID)).count - attention
        let all: [String: Any?] = [
            "tenant": Printable(tenantName).description,
            "recipient": Printable(recipient, limit: 254).description,
            "language": Printable(locale, limit: 35).description,
            "contact": platformContact.map { Printable($0, limit: 254).description },
            "manage": Self.link(manageURL),
            "policy": [onDisabled.rawValue: true],
            "single": items.count == 1,
            "several": items.count > 1,
            "attention": Self.amount(attention),
            "restored": Self.amount(restored),
            "items": items.map(itemVariables),
            "unaffected": Self.list(unaffected),
        ]
        return all.mapValues { Self.shown($0) }
    }

    private func itemVariables(_ item: Item) -> [String: Any] {
        let zone = timeZone
        let locale = Locale(identifier: locale)
        let time = { (date: Date) in Moment(date, in: zone).text(locale) }
        let own: [String: Any?] = [
            "kind": item.kind.rawValue,
            "is": [item.kind.rawValue: true],
            "reason": item.finding.sentence(provider: Printable(item.key.providerName).description).text,
            "finding": [item.finding.rawValue: true],
            "code": item.providerCode.map { Printable($0, limit: 64).description },
            "console": Self.link(item.consoleURL),
            "since": time(item.since),
            "downSince": item.downSince.map(time),
            "notBefore": item.notBefore.map(time),
            "expires": item.expiresAt.map(time),
            "days": item.daysLeft.map { ["count": max($0, 0), "one": $0 == 1, "none": $0 < 1] },
            "steps": Self.steps(item.remediationSteps),
            "ownSteps": !item.remediationSteps.isEmpty,
            "alternatives": Self.list(alternatives[item.keyID] ?? WorkingKeys([])),
            "creditless": [passesOverExhausted ? "skipped" : "used": true],
        ]
        return own.mapValues { Self.shown($0) }.merging(Self.key(item.key)) { own, _ in own }
    }

    private static func steps(_ steps: [String]) -> [[String: Any]] {
        steps.enumerated().map { ["number": $0 + 1, "step": Printable($1, limit: 400).description] }
    }

    private static func key(_ key: KeyLine) -> [String: Any] {
        let names: [String: String?] = [
            "provider": Printable(key.providerName).description,
            "label": key.label.isEmpty ? nil : Printable(key.label, limit: 80).description,
            "hint": key.hint.map { Printable($0, limit: 16).description },
        ]
        return names.mapValues { Self.shown($0) }
    }

    private static func amount(_ count: Int) -> [String: Any] {
        ["any": count > 0, "one": count == 1, "count": count]
    }

    private static func shown(_ value: Any?) -> Any { value ?? NSNull() }

    private static func list(_ keys: WorkingKeys) -> [String: Any] {
        let more = keys.count - keys.named.count
        return amount(keys.count).merging(["keys": keys.named.map(key)]) { left, _ in left }
            .merging(more > 0 ? ["more": more] : [:]) { left, _ in left }
    }

    /// The URL if it is an HTTP or HTTPS address; nil for any other scheme, such as `javascript:`.
    private static func link(_ url: String?) -> String? {
        guard let url, url.hasPrefix("https://") || url.hasPrefix("http://"),
            url.utf8.count <= 2000, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return url
    }
}
