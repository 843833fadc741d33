import Foundation
import JudgementSupport
import Mail
import TestSupport
import Testing

@testable import Revalidation

@Suite("Operators' mails")
struct ConditionsMailTests {
    let templates: TemplateSet

    init() throws { templates = try TemplateSet(directory: shippedTemplates) }

    /// Set `KEYVIGIL_RECORD_GOLDEN=1` to rewrite the golden files, then review the difference.
    @Test("The mail of every condition is byte for byte the golden one")
    func golden() throws {
        let all =
            ConditionKind.allCases.map { ConditionNews(sample: $0, .begins) }
            + [ConditionNews(sample: .control, .lasts), ConditionNews(sample: .breaker, .ends)]
        let mail = try templates.render(OperatorsMail.sample(all))
        let message = try MailMessage.sample(subject: mail.subject, text: mail.text, html: mail.html)
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
        let files = [
            "operators.txt": Data("Subject: \(mail.subject)\n\n\(mail.text)".utf8),
            "operators.html": Data(mail.html.utf8),
        ]
        for (file, content) in files {
            let url = folder.appendingPathComponent(file)
            if ProcessInfo.processInfo.environment["KEYVIGIL_RECORD_GOLDEN"] == "1" { try content.write(to: url) }
            #expect(try Data(contentsOf: url) == content, "\(file) differs")
        }
        let parsed = try ParsedMail(message.bytes)
        #expect(parsed.header("Subject") == mail.subject && parsed.defects == [])
        #expect(parsed.text.replacing("\r\n", with: "\n") == mail.text)
    }

    @Test("The subject names a single condition; for several it counts those that begin, last and end")
    func subjects() throws {
        let breaker = ConditionKind.breaker
        let overdue = ConditionKind.overdue
        let table: [([ConditionNews], String)] = [
            ([.init(sample: breaker, .begins)], "keyvigil: the breaker of OpenAI (standard keys) is open"),
            ([.init(sample: overdue, .lasts)], "keyvigil: still: keys are overdue"),
            ([.init(sample: breaker, .ends)], "keyvigil: over: the breaker of OpenAI (standard keys) is open"),
            ([.init(sample: breaker, .begins), .init(sample: overdue, .begins)], "keyvigil: 2 new"),
            ([.init(sample: breaker, .begins), .init(sample: overdue, .lasts)], "keyvigil: 1 new, 1 still so"),
            ([.init(sample: breaker, .begins), .init(sample: overdue, .ends)], "keyvigil: 1 new, 1 over"),
            ([.init(sample: breaker, .lasts), .init(sample: overdue, .ends)], "keyvigil: 1 still so, 1 over"),
            (
                [.init(sample: breaker, .begins), .init(sample: overdue, .lasts), .init(sample: .notices, .ends)],
                "keyvigil: 1 new, 1 still so, 1 over"
            ),
        ]
        for (news, subject) in table { #expect(try templates.render(OperatorsMail.sample(news)).subject == subject) }
    }

    @Test("Where no key of a provider is alive, the mail says so and names the command with the provider's id")
    func release() throws {
        let mail = try templates.render(OperatorsMail.sample([.init(sample: .breaker, .begins)]))
        let text = mail.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("No key of OpenAI is known to be alive"))
        #expect(text.contains("If it did: keyvigil breakers release openai --reason \"…\""))
        #expect(mail.html.contains("keyvigil breakers release openai --reason"))
    }

    @Test("Twenty ids are named and the rest is counted")
    func ids() throws {
        let text = try templates.render(OperatorsMail.sample([.init(sample: .uncheckable, .begins)])).text
        #expect(text.ranges(of: "0b8a3c1e-").count == 20 && text.contains("  - and 3 more\n"))
    }

    @Test("The id of a provider that no catalogue knows cannot break the mail", arguments: NoticesDigestTests.hostile)
    func hostile(name: String) throws {
        let condition = Condition(
            kind: .keyTypeRetired, subject: name, since: Judging.start, facts: .init(count: 1))
        let mail = try templates.render(OperatorsMail.sample([.init(stage: .begins, condition: condition)]))
        let parsed = try ParsedMail(MailMessage.sample(subject: mail.subject, text: mail.text, html: mail.html).bytes)
        #expect(parsed.headers.count == 9 && parsed.defects == [])
        #expect(mail.html.ranges(of: "<script").isEmpty && mail.html.ranges(of: "<img").isEmpty)
    }

    @Test("A template of operators' mails that cannot be used is found before the first key is touched")
    func checked() throws {
        try withTemplates(["en/operators/text.mustache": "{{#conditions}}{{sentence}}{{/conditions}}"]) { directory in
            let problems = try TemplateSet(directory: directory).check().map(\.description)
            #expect(problems.contains("operators, breaker begins: the text does not show the condition's title"))
        }
        try withTemplates(["en/operators/subject.mustache": "\n"]) { directory in
            let templates = try TemplateSet(directory: directory)
            let error = #expect(throws: TemplateError.self) { try templates.render(OperatorsMail.sample([])) }
            #expect(error?.description == "en/operators/subject.mustache: gives 0 lines; a subject is one")
        }
    }

    @Test("A custom locale needs no templates for operators' mails")
    func otherLocale() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("templates-\(UUID())")
        try FileManager.default.copyItem(atPath: shippedTemplates, toPath: directory.path)
        defer { try? FileManager.default.removeItem(at: directory) }
        try FileManager.default.copyItem(atPath: directory.path + "/en", toPath: directory.path + "/de")
        try FileManager.default.removeItem(atPath: directory.path + "/de/operators")
        #expect(try TemplateSet(directory: directory.path).check() == [])
    }
}
