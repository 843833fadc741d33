import Foundation
import KeyVigil
import Mail
import TestSupport
import Testing
import Vocabulary

@testable import Revalidation

@Suite("Tenants' mails")
struct NoticesDigestTests {
    let templates: TemplateSet

    init() throws { templates = try TemplateSet(directory: shippedTemplates) }

    private static let start = Date(timeIntervalSince1970: 1_736_847_000)

    private func item(
        _ kind: NoticeKind, key: String = "1", label: String = "Production", after seconds: TimeInterval = 0,
        daysLeft: Int? = nil, finding: Finding = .revoked
    ) -> MailContent.Item {
        MailContent.Item(
            kind: kind, keyID: key, key: .init(providerName: "OpenAI", label: label, hint: "sk-proj-…"),
            finding: finding, consoleURL: "https://platform.openai.com/api-keys",
            since: Self.start.addingTimeInterval(seconds), daysLeft: daysLeft)
    }

    private func content(
        _ items: [MailContent.Item], tenant: String = "Acme Labs", zone: String = "UTC",
        stillWorking: [MailContent.KeyLine] = [],
        policy: MailContent.Policy = .fail
    ) -> MailContent {
        MailContent(
            tenantName: tenant, recipient: "team@acme.example", timeZone: TimeZone(identifier: zone) ?? .gmt,
            onDisabled: policy, items: items, stillWorking: stillWorking)
    }

    /// Set `KEYVIGIL_RECORD_GOLDEN=1` to rewrite the golden files, then review the difference.
    @Test("Each mail is byte for byte the golden one", arguments: NoticeKind.allCases.map(\.rawValue) + ["digest"])
    func golden(name: String) throws {
        let mail = try templates.render(NoticeKind(rawValue: name).map { .sample($0) } ?? Self.mixed)
        let message = try MailMessage.sample(subject: mail.subject, text: mail.text, html: mail.html)
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
        let files = [
            "\(name).txt": Data("Subject: \(mail.subject)\n\n\(mail.text)".utf8), "\(name).html": Data(mail.html.utf8),
            "\(name).eml": Data(message.bytes),
        ]
        for (file, content) in files {
            let url = folder.appendingPathComponent(file)
            if ProcessInfo.processInfo.environment["KEYVIGIL_RECORD_GOLDEN"] == "1" { try content.write(to: url) }
            #expect(try Data(contentsOf: url) == content, "\(file) differs")
        }
        let parsed = try ParsedMail(message.bytes)
        #expect(parsed.header("Subject") == mail.subject)
        #expect(parsed.text.replacing("\r\n", with: "\n") == mail.text)
        #expect(parsed.html.replacing("\r\n", with: "\n") == mail.html)
        #expect(parsed.defects == [])
    }

    private static var mixed: MailContent {
        var items: [MailContent.Item] = NoticeKind.allCases.map { .sample($0, keyID: $0.rawValue) }
        for index in items.indices {
            switch items[index].kind {
            case .keyDisabled: items[index].key.label = "Chat"
            case .outOfCredit: items[index].key.label = "Zusammenfassungen für Kunden"
            case .keyExpiring:
                items[index].key = .init(providerName: "Anthropic", label: "מפתח ראשי", hint: "sk-ant-a…")
                items[index].consoleURL = "https://console.anthropic.com/settings/keys"
            case .keyWorksAgain: items[index].key.label = "Nightly 🎉"
            default: items[index].key.label = "Sub-title “\(index)”"
            }
        }
        var content = MailContent.sample(.keyDisabled)
        content = MailContent(
            tenantName: content.tenantName, recipient: content.recipient, timeZone: content.timeZone,
            platformContact: content.platformContact, manageURL: content.manageURL, onDisabled: .fallback,
            items: items.reversed(), stillWorking: MailContent.sampleWorking)
        return content
    }

    @Test("A subject counts keys, with the verb in the right number")
    func subjects() throws {
        let down = { (key: String) in self.item(.keyDisabled, key: key) }
        let up = { (key: String) in self.item(.keyWorksAgain, key: key) }
        let table: [([MailContent.Item], String)] = [
            ([down("1")], "Your OpenAI key “Production” has stopped working"),
            ([up("1")], "Your OpenAI key “Production” works again"),
            ([item(.keyDisabled, label: "")], "Your OpenAI key has stopped working"),
            ([down("1"), down("2"), down("3")], "3 of your API keys need attention"),
            ([up("1"), up("2")], "2 of your API keys work again"),
            ([down("1"), up("2")], "1 of your API keys needs attention, 1 works again"),
            ([down("1"), down("2"), up("3"), up("4")], "2 of your API keys need attention, 2 work again"),
            ([item(.keyExpiring, daysLeft: 7), item(.outOfCredit)], "1 of your API keys needs attention"),
            ([item(.keyExpiring, daysLeft: 14)], "Your OpenAI key “Production” expires in 14 days"),
            ([item(.keyExpiring, daysLeft: 1)], "Your OpenAI key “Production” expires in 1 day"),
            ([item(.keyExpiring, daysLeft: 0)], "Your OpenAI key “Production” expires today"),
        ]
        for (items, subject) in table { #expect(try templates.render(content(items)).subject == subject) }
    }

    @Test("A key disabled and recovered while mail was down gets one section that says both")
    func downAndUp() throws {
        let both = content([item(.keyWorksAgain, after: 90_000), item(.keyDisabled)])
        #expect(both.items.map(\.kind) == [.keyWorksAgain])
        let mail = try templates.render(both)
        #expect(mail.subject == "Your OpenAI key “Production” works again")
        #expect(mail.html.contains("switched off from 14 January 2025, 09:30 (UTC)"))
        #expect(mail.html.contains("on since 15 January 2025, 10:30 (UTC)"))
    }

    @Test("A key recovered and disabled again is reported as it is now: switched off")
    func upAndDown() {
        let both = content([item(.keyWorksAgain), item(.keyDisabled, after: 90_000)])
        #expect(both.items.map(\.kind) == [.keyDisabled])
    }

    @Test("Notices come in order of urgency, keys in the order given")
    func order() {
        let mixed = content([
            item(.keyWorksAgain, key: "i"), item(.keyExpiring, key: "g"), item(.keyGivenUp, key: "h"),
            item(.outOfCredit, key: "e"), item(.keyUncheckable, key: "f"), item(.keyTypeRetired, key: "d"),
            item(.keyRefused, key: "c"), item(.keyDisabled, key: "z"), item(.keyDisabled, key: "a"),
        ])
        #expect(mixed.items.map(\.keyID) == ["z", "a", "c", "d", "e", "f", "g", "h", "i"])
    }

    @Test(
        "Times are in the tenant's zone, with zone and offset named",
        arguments: [
            ("UTC", 1_736_847_000.0, "14 January 2025, 09:30 (UTC)"),
            ("Europe/Berlin", 1_736_847_000, "14 January 2025, 10:30 (Europe/Berlin, UTC+1)"),
            ("Europe/Berlin", 1_752_485_400, "14 July 2025, 11:30 (Europe/Berlin, UTC+2)"),
            // The same wall-clock time twice, on the night the clocks go back.
            ("Europe/Berlin", 1_761_438_600, "26 October 2025, 02:30 (Europe/Berlin, UTC+2)"),
            ("Europe/Berlin", 1_761_442_200, "26 October 2025, 02:30 (Europe/Berlin, UTC+1)"),
            ("Asia/Kolkata", 1_736_847_000, "14 January 2025, 15:00 (Asia/Kolkata, UTC+5:30)"),
            ("Asia/Kathmandu", 1_736_847_000, "14 January 2025, 15:15 (Asia/Kathmandu, UTC+5:45)"),
            ("America/St_Johns", 1_736_847_000, "14 January 2025, 06:00 (America/St_Johns, UTC−3:30)"),
            ("Australia/Lord_Howe", 1_736_847_000, "14 January 2025, 20:30 (Australia/Lord_Howe, UTC+11)"),
            ("Australia/Lord_Howe", 1_752_485_400, "14 July 2025, 20:00 (Australia/Lord_Howe, UTC+10:30)"),
        ])
    func times(zone: String, seconds: Double, text: String) throws {
        let timeZone = try #require(TimeZone(identifier: zone))
        #expect(Moment(Date(timeIntervalSince1970: seconds), in: timeZone).text(Locale(identifier: "en")) == text)
    }

    @Test("The mail says what still works: other keys of the provider, the platform's plan, or nothing")
    func stillWorks() throws {
        let other = MailContent.KeyLine(providerName: "OpenAI", label: "Staging", hint: "sk-proj-…")
        let unnamed = MailContent.KeyLine(providerName: "OpenAI", label: "")
        let down = [item(.keyDisabled)]
        let one = try templates.render(content(down, stillWorking: [other])).text
        #expect(one.contains("Still working: your other OpenAI key.\n  - “Staging” (sk-proj-…)"))
        let two = try templates.render(content(down, stillWorking: [other, unnamed])).text
        #expect(two.contains("Still working: your other OpenAI keys.\n"))
        #expect(two.contains("  - a key without a name\n"))
        let many = try templates.render(content(down, stillWorking: Array(repeating: other, count: 1_000))).text
        #expect(many.contains("  - and 990 more\n"))
        #expect(try templates.render(content(down, policy: .fallback)).text.contains("served by the"))
        #expect(try templates.render(content(down)).text.contains("fail until you fix it"))
    }

    @Test("The mail says whether a key out of credit is used as before or passed over, as the platform is set")
    func credit() throws {
        var content = content([item(.outOfCredit, finding: .exhausted)])
        #expect(try templates.render(content).text.contains("OpenAI refuses what is sent with it."))
        content.passesOverExhausted = true
        #expect(try templates.render(content).text.contains("we pass over it."))
    }

    /// Values that have broken mailers, terminals and templates before (M3).
    static let hostile = [
        "a\rb", "a\nb", "a\r\nBcc: victim@example.com", "a\0b", "a\u{2028}b", "a\u{2029}b", "\u{202E}evil",
        "\u{2066}x\u{2069}",
        "{{tenant}}", "{{{recipient}}}", "{{#items}}", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
        "' onmouseover='x", "%0d%0aBcc:", "=?UTF-8?B?QmNj?=", ".", "\r\n.\r\n", String(repeating: "a", count: 300),
        String(repeating: "a\u{301}\u{302}", count: 5_000), "مفتاح", "🎉👩‍👩‍👧", "\u{1B}[31m", "\u{FEFF}", "& < > \" '",
        "javascript:alert(1)",
    ]

    @Test("A hostile name or label changes nothing but its own characters", arguments: hostile)
    func injection(value: String) throws {
        var hostile = content([item(.keyDisabled, label: value)], tenant: value)
        hostile.platformContact = value
        hostile.manageURL = value
        let mail = try templates.render(hostile)
        let parsed = try ParsedMail(MailMessage.sample(subject: mail.subject, text: mail.text, html: mail.html).bytes)
        #expect(parsed.headers.count == 9)
        #expect(parsed.header("Subject") == mail.subject)
        #expect(parsed.defects == [])
        #expect(mail.html.ranges(of: "<script").isEmpty && mail.html.ranges(of: "<img").isEmpty)
        #expect(mail.html.ranges(of: "<section").count == 1)
        #expect(mail.subject.unicodeScalars.count < 130)
        let unsafe = (mail.subject + mail.text + mail.html).unicodeScalars
            .filter { $0 != "\n" && Printable.isUnsafe($0) }
        #expect(unsafe.isEmpty)
        #expect(!mail.html.contains("href=\"javascript"))
    }

    @Test("Steps from the catalogue replace those of the template, with the links below")
    func givenSteps() throws {
        var down = item(.keyDisabled)
        down.remediationSteps = ["Ask your administrator.", "Wait a day."]
        let text = try templates.render(content([down])).text
        #expect(
            text.contains(
                """
                To fix it:
                  1. Ask your administrator.
                  2. Wait a day.

                OpenAI's console:
                https://platform.openai.com/api-keys

                """))
        #expect(!text.contains("Create a new key"))
    }

    @Test("A label that looks like a template is shown as it is")
    func noSecondRendering() throws {
        let mail = try templates.render(content([item(.keyDisabled, label: "{{recipient}}")]))
        #expect(mail.subject == "Your OpenAI key “{{recipient}}” has stopped working")
    }

    @Test(
        "Every finding has a sentence that names the provider or the key and ends in a full stop",
        arguments: Finding.allCases)
    func sentences(finding: Finding) {
        let sentence = finding.sentence(provider: "OpenAI").text
        #expect(sentence.hasSuffix(".") && (sentence.contains("OpenAI") || sentence.contains("stored key")))
    }

    @Test(
        "The printable filter replaces misleading characters, keeps scripts and emoji, and bounds the length",
        arguments: [
            ("a\r\nb", "a\u{FFFD}\u{FFFD}b"), ("\u{202E}x", "\u{FFFD}x"), ("\u{E0041}", "\u{FFFD}"),
            ("👩‍👩‍👧 مفت", "👩‍👩‍👧 مفت"), ("12345678901", "123456789…"), ("1234567890", "1234567890"), ("", ""),
        ])
    func printable(text: String, expected: String) {
        #expect(Printable(text, limit: 10).description == expected)
    }
}
