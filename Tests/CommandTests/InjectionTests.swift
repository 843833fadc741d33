import Foundation
import Testing

@Suite("Text that could break a mail, a log or a header", .serialized)
struct InjectionTests {
    /// Line breaks, a bell, an escape sequence and text that runs backwards. NUL cannot stand in an argument.
    private static let hostile = [
        "a\r\nBcc: victim@example.org", "a\nb", "a\rb", "a\u{7}b", "a\u{1b}[31mb", "a\u{202e}b", "a\u{2066}b",
        "a\u{2028}b", "a\u{85}b",
    ]

    @Test(
        "is refused in every field, with 65 and one line that does not repeat it; nothing is stored", arguments: hostile
    )
    func refused(text: String) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let secret = try await machine.newSecret("azure_openai")
        let add = ["keys", "add", "--tenant", "acme", "--provider", "azure_openai"]
        let good = ["--param", "resource=acme-ai"]
        let before = try await machine.rows(
            "SELECT (SELECT count(*) FROM tenant), (SELECT count(*) FROM audit_entry)", columns: 2)
        let commands: [([String], String)] = [
            (add + good + ["--label", text], secret), (add + good + ["--scope", "project:\(text)"], secret),
            (add + ["--param", "resource=\(text)"], secret), (add + good + ["--param", "\(text)=x"], secret),
            (add + good + ["--expires", text], secret), (add + good, text), (add + good + ["--no-probe"], text),
            (["keys", "add", "--tenant", text, "--provider", "openai"], secret),
            (["keys", "add", "--tenant", "acme", "--provider", text], secret),
            (["tenants", "add", text], ""), (["tenants", "add", "new", "--name", text], ""),
            (["tenants", "add", "new", "--email", "\(text)@example.org"], ""),
            (["tenants", "add", "new", "--email", "a@\(text).example"], ""),
            (["tenants", "add", "new", "--locale", text], ""), (["tenants", "add", "new", "--time-zone", text], ""),
            (["tenants", "set", "acme", "--name", text], ""), (["tenants", "set", "acme", "--email", "x@\(text)"], ""),
            (["check", "--provider", "openai", "-"], text),
        ]
        for (arguments, stdin) in commands {
            let done = try await machine.start(arguments, stdin: stdin).finish()
            #expect(done.status == 65, "\(arguments): \(done)")
            #expect(done.errors.hasPrefix("keyvigil: "))
            #expect(done.errors.split(separator: "\n").count == 1, "\(done)")
            #expect(done.errors.utf8.allSatisfy { $0 >= 0x20 || $0 == 10 })
            #expect(!done.errors.contains(text))
        }
        #expect(
            try await machine.rows(
                "SELECT (SELECT count(*) FROM tenant), (SELECT count(*) FROM audit_entry)", columns: 2) == before)
        #expect(try await machine.value("SELECT count(*) FROM stored_key") == "0")
    }

    @Test(
        "A NUL, a space or a letter beyond ASCII in a key is refused before anything is sent",
        arguments: ["sk-\u{0}AAAAAAAAAAAAAAAAAAAA", "sk-AAAAAAAA AAAAAAAAAAAA", "sk-AAAAAAAAAé", "", " \n"])
    func key(text: String) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        for arguments in [
            ["keys", "add", "--tenant", "acme", "--provider", "openai"], ["check", "--provider", "openai", "-"],
        ] {
            let done = try await machine.start(arguments, stdin: text).finish()
            #expect(done.status == 65, "\(done)")
            #expect(!done.errors.contains("AAAAAAAA"))
        }
        #expect(await machine.simulator.requestCount(provider: "openai") == 0)
    }

    @Test("is refused by line in an import", arguments: hostile + ["a\u{0}b"])
    func imported(text: String) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let secret = try await machine.newSecret("azure_openai")
        let good: [String: Any] = [
            "tenant": "acme", "provider": "azure_openai", "key": secret, "params": ["resource": "acme-ai"],
        ]
        let fields = ["label", "expires", "tenant", "provider", "key"].map { [$0: text] as [String: Any] }
        let params = [["resource": text], ["resource": "acme-ai", "deployment": text], [text: "acme-ai"]]
        let bad = fields + [["scope": "project:\(text)"]] + params.map { ["params": $0] }
        let lines = try bad.map { fields in
            let line = try JSONSerialization.data(withJSONObject: good.merging(fields) { $1 })
            return String(decoding: line, as: UTF8.self)
        }
        let done = try await machine.run(
            "keys", "import", "-", "--no-probe", "--json", stdin: lines.joined(separator: "\n"))
        #expect(done.status == 65)
        #expect(done.number("imported") == 0, "\(done)")
        #expect(done.errors.split(separator: "\n").count == lines.count, "\(done)")
        #expect(!done.errors.contains(text))
        #expect(try await machine.value("SELECT count(*) FROM stored_key") == "0")
    }

    @Test("does not break a terminal or a mail if another program stored it")
    func hostileStore() async throws {
        let machine = try await Machine()
        let (dying, _) = try await machine.suspectOneOfTwo()
        try await machine.execute(
            "UPDATE stored_key SET label = 'x' || char(13, 10) || 'Bcc: v@example.org' || char(27, 8238) WHERE id = '\(dying.id)'"
        )
        for arguments in [["keys", "list"], ["keys", "show", dying.id], ["keys", "list", "--json"]] {
            let listed = try await machine.start(arguments).finish()
            #expect(listed.status == 0)
            #expect(listed.output.utf8.allSatisfy { $0 >= 0x20 || $0 == 10 }, "\(listed)")
        }
        _ = try await machine.run("run", "--all", days: 8.01)
        let mails = try machine.mails()
        #expect(mails.count == 2)
        for mail in mails.values {
            let head = mail.components(separatedBy: "\r\n\r\n")[0]
            #expect(!head.contains("Bcc"))
            #expect(!mail.contains("\u{1b}"))
        }
    }
}
