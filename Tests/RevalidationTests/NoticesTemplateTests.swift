import Foundation
import Testing

@testable import Revalidation

@Suite("Templates are checked before anything is sent")
struct NoticesTemplateTests {
    static let faults: [(file: String, content: String?, message: String)] = [
        ("en/key_disabled/text.mustache", nil, "en/key_disabled/text.mustache: missing or not readable"),
        ("layout/html.mustache", nil, "layout/html.mustache: missing or not readable"),
        (
            "en/repair/text.mustache", "one\n{{{provider}}}",
            "en/repair/text.mustache:2: {{{provider}}} skips escaping; write {{provider}}"
        ),
        (
            "en/repair/text.mustache", "{{& provider}}",
            "en/repair/text.mustache:1: {{&provider}} skips escaping; write {{provider}}"
        ),
        (
            "en/footer/html.mustache", "{{label}}",
            "en/footer/html.mustache:1: unknown variable {{label}}; known here: attention, contact, items, language, "
                + "manage, operators, policy, recipient, restored, several, single, tenant, unaffected"
        ),
        (
            "en/footer/html.mustache", "\n\n{{attention.many}}",
            "en/footer/html.mustache:3: unknown variable {{attention.many}}; known here: attention, contact, items, "
                + "language, manage, operators, policy, recipient, restored, several, single, tenant, unaffected"
        ),
        (
            "en/repair/text.mustache", "{{#steps}}\n",
            "en/repair/text.mustache:1: {{#steps}} is never closed; add {{/steps}}"
        ),
        (
            "en/repair/text.mustache", "\n{{^steps}}",
            "en/repair/text.mustache:2: {{^steps}} is never closed; add {{/steps}}"
        ),
        ("en/repair/text.mustache", "{{/steps}}", "en/repair/text.mustache:1: {{/steps}} closes nothing; remove it"),
        (
            "en/repair/text.mustache", "{{#steps}}\n{{#manage}}\n{{/steps}}\n{{/manage}}{{/steps}}",
            "en/repair/text.mustache:3: {{/steps}} stands where {{/manage}} is due (opened on line 2)"
        ),
        ("en/repair/text.mustache", "a\n{{provider", "en/repair/text.mustache:2: this {{ has no }}"),
        (
            "en/repair/text.mustache", "{{>repairs}}",
            "en/repair/text.mustache:1: unknown part {{>repairs}}; known: alternatives, digest, footer, key_disabled, "
                + "key_expiring, key_given_up, key_refused, key_type_retired, key_uncheckable, key_works_again, links, "
                + "out_of_credit, repair"
        ),
        (
            "en/repair/text.mustache", "{{=<% %>=}}",
            "en/repair/text.mustache:1: {{=<% %>=}} is not used in these templates; remove it"
        ),
        (
            "en/repair/text.mustache", "{{% CONTENT_TYPE: HTML}}",
            "en/repair/text.mustache:1: {{%CONTENT_TYPE: HTML}} is not used in these templates; remove it"
        ),
        (
            "en/operators/text.mustache", "{{tenant}}",
            "en/operators/text.mustache:1: unknown variable {{tenant}}; known here: begins, conditions, ends, lasts, "
                + "recipient, several, single"
        ),
        ("en/operators/subject.mustache", nil, "en/operators/subject.mustache: missing or not readable"),
        ("de/repair/text.mustache", "x", "de/alternatives/html.mustache: missing or not readable"),
    ]

    @Test("Each fault has its message with file and line", arguments: faults)
    func fault(file: String, content: String?, message: String) throws {
        try withTemplates([file: content]) { directory in
            let error = #expect(throws: TemplateError.self) { try TemplateSet(directory: directory) }
            #expect(error?.problems.map(\.description).contains(message) == true, "\(error?.description ?? "")")
        }
    }

    @Test("A faulty file gives only its own problems")
    func onlyItsOwn() throws {
        try withTemplates(["en/repair/html.mustache": "{{{a}}}\n{{/b}}"]) { directory in
            let error = #expect(throws: TemplateError.self) { try TemplateSet(directory: directory) }
            #expect(
                error?.description == """
                    en/repair/html.mustache:1: {{{a}}} skips escaping; write {{a}}
                    en/repair/html.mustache:2: {{/b}} closes nothing; remove it
                    """)
        }
    }

    @Test("A missing directory says which setting to correct")
    func noDirectory() {
        let error = #expect(throws: TemplateError.self) { try TemplateSet(directory: "/nonexistent/templates") }
        #expect(
            error?.description == """
                /nonexistent/templates: no such directory; set KEYVIGIL_TEMPLATES or `templates` to the one that holds \
                layout/ and en/
                """)
    }

    @Test("A file that is not UTF-8 is reported as such")
    func notUTF8() throws {
        try withTemplates([:]) { directory in
            try Data([0x61, 0xFF]).write(to: URL(fileURLWithPath: directory + "/en/repair/text.mustache"))
            let error = #expect(throws: TemplateError.self) { try TemplateSet(directory: directory) }
            #expect(error?.description == "en/repair/text.mustache: not UTF-8; save it as UTF-8")
        }
    }

    @Test("The shipped templates have no fault, in any sample")
    func shipped() throws {
        #expect(try TemplateSet(directory: shippedTemplates).check() == [])
    }

    @Test("Rendering finds a template that omits the label or loads a picture")
    func forgetful() throws {
        let changes = ["en/key_disabled/html.mustache": "<img src=\"https://x.example/\">{{provider}}"]
        try withTemplates(changes) { directory in
            let problems = try TemplateSet(directory: directory).check().map(\.description)
            #expect(problems.contains("en (key_disabled): the HTML does not show the key's label"))
            #expect(problems.contains("en (key_disabled): the HTML loads something; mails hold no remote content"))
        }
    }

    @Test("A subject without a line is refused when it is rendered")
    func emptySubject() throws {
        try withTemplates(["en/key_disabled/subject.mustache": "\n"]) { directory in
            let templates = try TemplateSet(directory: directory)
            let error = #expect(throws: TemplateError.self) { try templates.render(.sample(.keyDisabled)) }
            #expect(error?.description == "en/key_disabled/subject.mustache: gives 0 lines; a subject is one")
        }
    }

    @Test(
        "A locale falls back to its language and then to English",
        arguments: [
            ("de-AT", "de"), ("DE_at", "de"), ("de", "de"), ("fr-CA", "en"), ("", "en"), ("en-GB", "en"),
            ("../x", "en"),
        ])
    func fallback(tag: String, expected: String) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("templates-\(UUID())")
        try FileManager.default.copyItem(atPath: shippedTemplates, toPath: directory.path)
        defer { try? FileManager.default.removeItem(at: directory) }
        try FileManager.default.copyItem(atPath: directory.path + "/en", toPath: directory.path + "/de")
        try Data("Schlüssel {{label}} abgeschaltet".utf8)
            .write(to: directory.appendingPathComponent("de/key_disabled/subject.mustache"))
        let templates = try TemplateSet(directory: directory.path)
        #expect(templates.locale(for: tag) == expected)
        let mail = try templates.render(.sample(.keyDisabled, locale: tag))
        #expect(mail.subject.hasPrefix("Schlüssel") == (expected == "de"))
        #expect(mail.html.contains("<html lang=\"\(expected)\">"))
    }
}
