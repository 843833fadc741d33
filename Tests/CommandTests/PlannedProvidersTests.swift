import Foundation
import Testing

@Suite("Providers that are planned and not live yet", .serialized)
struct PlannedProvidersTests {
    static let catalogue = """
        providers:
          newcomer: {name: Newcomer AI, planned: true}
          orator:
            name: Orator
            planned: true
            capabilities: [voice]
            console: https://orator.example/keys

        """
    static let refusal = "provider newcomer is planned and not live yet"

    @Test("Every command that would use a key of one is refused with a line that says so")
    func refused() async throws {
        let machine = try await machine()
        try await machine.addTenant()
        for (arguments, stdin) in [
            (["keys", "add", "--tenant", "acme", "--provider", "newcomer"], "nk-0123456789abcdef"),
            (["keys", "add", "--tenant", "acme", "--provider", "newcomer", "--no-probe"], "nk-0123456789abcdef"),
            (["check", "--provider", "newcomer", "-"], "nk-0123456789abcdef"),
            (["resolve", "--tenant", "acme", "--provider", "newcomer"], ""),
        ] {
            let done = try await machine.start(arguments, stdin: stdin).finish()
            #expect(done.status == 65 && done.errors.hasPrefix("keyvigil: \(Self.refusal)"), "\(done)")
        }
        let line = #"{"tenant": "acme", "provider": "newcomer", "key": "nk-0123456789abcdef"}"#
        for more in [[], ["--no-probe"]] {
            let imported = try await machine.start(["keys", "import", "-"] + more, stdin: line).finish()
            #expect(imported.status == 65 && imported.errors.hasPrefix("line 1: \(Self.refusal)"), "\(imported)")
        }
        #expect(try await machine.value("SELECT count(*) FROM stored_key") == "0")
        let voice = try await machine.run("resolve", "--tenant", "acme", "--capability", "voice")
        #expect(voice.output.hasPrefix("platform: "), "\(voice)")
    }

    @Test("list, show and check know them; an entry needs only a name, and mistakes in it are reported")
    func shown() async throws {
        let machine = try await machine()
        let table = try await machine.run("providers", "list").output
        #expect(table.contains("\nPlanned, not live yet\n  newcomer  Newcomer AI\n  orator  Orator\n"))
        #expect(try await machine.run("providers", "list", "--capability", "voice").output.contains("  orator  Orator"))
        let lines = try await machine.run("providers", "list", "--json").jsonLines
        let planned = lines.filter { $0["planned"] as? Bool == true }
        #expect(planned.compactMap { $0["id"] as? String } == ["newcomer", "orator"])
        #expect(planned.allSatisfy { $0["enabled"] as? Bool == false && Set($0.keys) == Set(lines[0].keys) })
        let shown = try await machine.run("providers", "show", "orator")
        #expect(shown.status == 0 && shown.output.hasPrefix("Orator (orator)\n  planned, not live yet"), "\(shown)")
        #expect(try await machine.run("providers", "show", "orator", "--json").json["planned"] as? Bool == true)
        let checked = try await machine.run("providers", "check", machine.home.path("planned.yaml"))
        #expect(checked.status == 0 && checked.errors == "", "\(checked)")
        #expect(checked.output.contains("2 providers, 0 answers"))
        for (entry, problem) in [
            ("{planned: true}", "name is missing; add it"),
            ("{name: X, planned: soon}", "planned must be true or false"),
            ("{name: X, planned: true, live: no}", "unknown key \"live\""),
            ("{name: X, planned: true, capabilities: cooking}", "capabilities must be one of"),
            ("{name: X, planned: false}", "console is missing; add it"),
        ] {
            try machine.home.write("providers: {x: \(entry)}", to: "wrong.yaml")
            let wrong = try await machine.run("providers", "check", machine.home.path("wrong.yaml"))
            #expect(wrong.status == 65 && wrong.errors.contains(problem), "\(entry): \(wrong)")
        }
    }

    @Test("Keys that were stored before are left alone: not probed, not changed, and not counted")
    func stored() async throws {
        let machine = try await machine()
        try await machine.addTenant()
        let key = try await machine.addKey("groq")
        let living = try await machine.addKey("openai")
        try await machine.strike(key)
        try machine.home.write("providers: {groq: {name: Groq, planned: true}}", to: "planned.yaml")
        let settings = machine.home.read("keyvigil.yaml").split(separator: "\n", omittingEmptySubsequences: false)
        let end = try #require(settings.firstIndex { $0.hasPrefix("  groq:") })
        try machine.write(
            settings: (settings[..<end] + settings[(end + 1)...].drop { $0.hasPrefix("    ") }).joined(separator: "\n"))
        for day in [7.0, 8.01, 9.1] {
            let run = try await machine.run("run", "--all", "--json", days: day)
            #expect(run.status == 0 && run.number("transitions", "suspected") == 0, "\(run)")
            #expect(run.number("coverage", "enabled") == 1 && run.number("keys", "probed") == 1, "\(run)")
        }
        let status = try await machine.run("status", "--json", days: 9.2)
        #expect(status.number("enabled") == 1 && status.number("overdue") == 0, "\(status)")
        #expect(try await machine.show(key)["status"] as? String == "active")
        let story = try await machine.run("explain", key.id, days: 9.2)
        #expect(story.output.contains("the provider groq is planned and not live yet"), "\(story)")
        #expect(await machine.simulator.requestCount(provider: "groq", key: key.secret) == 1, "when it was added")
        #expect(await machine.simulator.requestCount(provider: "openai", key: living.secret) == 4)
        let revoked = try await machine.run("keys", "revoke", key.id)
        #expect(
            revoked.output.hasSuffix(
                "groq now resolves to platform: the tenant's key is revoked; "
                    + "the platform's own key is used\n"), "\(revoked)")
    }

    /// A machine with an operator's catalogue of planned providers.
    private func machine() async throws -> Machine {
        let machine = try await Machine(settings: "catalogue: HOME/planned.yaml")
        try machine.home.write(Self.catalogue, to: "planned.yaml")
        return machine
    }
}
