import Foundation
import Testing

@Suite("keyvigil providers", .serialized)
struct ProvidersCommandTests {
    static let acme = """
        providers:
          acme:
            name: Acme
            console: https://acme.example/keys
            remediation: Make a new key. Store it here.
            capabilities: language
            base_url: https://api.acme.example
            auth: {header: X-Key, prefix: "Key "}
            probe: {path: /me, headers: {Accept: text/json}, alive: {status: 200, when: {id: {type: string}}}}
            parameters: {name: team, part: none}
            rules:
              - {status: 401, when: {code: bad_key}, finding: invalid, strength: ambiguous, confirm_over: 5d}
            vectors:
              - {scenario: works, status: 200, body: '{"id": "x"}', finding: valid}
              - {scenario: refused, status: 401, body: '{"code": "bad_key"}', finding: invalid, strength: ambiguous}

        """

    @Test("`providers list` shows every provider, the operator's own among them, and what is switched off")
    func list() async throws {
        let machine = try await machine(settings: "providers: {groq: {enabled: false}}")
        let table = try await machine.run("providers", "list")
        #expect(table.status == 0, "\(table)")
        #expect(table.output.split(separator: "\n").allSatisfy { $0.count <= 130 })
        #expect(row("azure_openai", table)?.contains("resource, deployment") == true)
        #expect(row("groq", table)?.hasSuffix("no") == true)
        #expect(row("acme", table)?.hasSuffix("disabled          2        yes") == true)
        #expect(row("github-models", table)?.hasSuffix("reported          5        yes") == true)
        #expect(row("wandb", table)?.hasSuffix("no, paid") == true)
        #expect(table.output.contains("\nNot supported\n  aws-sigv4  AWS access key (Signature V4): each request"))
        let lines = try await machine.run("providers", "list", "--json").jsonLines
        let ids = lines.compactMap { $0["id"] as? String }
        #expect(ids.count == 55 && Set(Machine.providerIDs + ["acme", "openrouter", "nvidia-nim"]).isSubset(of: ids))
        for line in lines {
            #expect(
                Set(line.keys) == [
                    "id", "name", "capabilities", "parameters", "key_types", "vectors", "enabled", "catalogue",
                    "disables", "paid", "probe_allowed", "planned", "unsupported",
                ])
        }
        #expect(lines.first?["catalogue"] as? String == machine.home.path("mine.yaml"))
        #expect(lines.first { $0["id"] as? String == "groq" }?["enabled"] as? Bool == false)
    }

    @Test(
        "`providers list` filters by capability, by a word of id or name, and by both",
        arguments: [
            (["--capability", "translation"], ["bhashini", "cohere", "sarvam"]), (["qwen"], ["dashscope"]),
            (["--capability", "voice", "open"], ["azure_openai", "openai"]), (["nvidia"], []), (["nothing"], []),
        ])
    func find(arguments: [String], ids: [String]) async throws {
        let machine = try await Machine()
        let table = try await machine.start(["providers", "list"] + arguments).finish()
        let rows = table.output.split(separator: "\n").dropFirst()
        let found = rows.prefix { !$0.hasPrefix("Not") }.compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(found == ids)
        #expect(table.output.contains("  nvidia-nim  NVIDIA NIM: ") == (arguments == ["nvidia"]))
    }

    @Test("An unknown capability is refused with the list of the known ones")
    func unknownCapability() async throws {
        let machine = try await Machine()
        let listed = try await machine.run("providers", "list", "--capability", "cooking")
        #expect(listed.status == 64 && listed.errors.contains("--capability must be one of language, image, voice, "))
    }

    @Test("`providers show` has a paid probe's cost and body; without probe.paid the probe is not sent")
    func paid() async throws {
        let machine = try await machine()
        let off = try await machine.run("providers", "show", "voyage")
        #expect(fact("costs", off) == "about one token; a POST, not sent until probe.paid is true")
        let checked = try await machine.run("check", "--provider", "voyage", "-", stdin: "pa-x")
        #expect(checked.status == 65)
        #expect(
            checked.errors
                == "keyvigil: a check at Voyage AI is a POST that costs about one token; "
                + "set probe.paid: true to allow it\n")
        try machine.write(settings: "mail: {none: true}\nprobe: {paid: true}\n")
        let on = try await machine.run("providers", "show", "voyage")
        #expect(fact("costs", on) == "about one token; a POST, allowed by probe.paid")
        let document = try await machine.run("providers", "show", "voyage", "--json")
        #expect(document.text("cost") == "about one token" && document.json["probe_allowed"] as? Bool == true)
        #expect(document.text("body")?.contains("voyage-3-lite") == true)
    }

    @Test("A provider that is not supported is refused with the reason")
    func unsupported() async throws {
        let machine = try await Machine()
        for arguments in [["providers", "show", "aws-sigv4"], ["check", "--provider", "aws-sigv4", "-"]] {
            let refused = try await machine.start(arguments, stdin: "x").finish()
            #expect(refused.status == 65)
            #expect(refused.errors.hasPrefix("keyvigil: AWS access key (Signature V4) is not supported: each request"))
        }
    }

    @Test("`providers show` says what is sent to which URL, and each rule in words")
    func show() async throws {
        let machine = try await machine()
        let shown = try await machine.run("providers", "show", "acme")
        #expect(shown.status == 0, "\(shown)")
        #expect(shown.output.hasPrefix("Acme (acme)\n"))
        for line in [
            "GET https://api.acme.example/me", "x-key: Key KEY", "accept: text/json",
            "team (optional, stored for the platform)", "20 a second, 1 for one tenant", "https://acme.example/keys",
            "Make a new key. Store it here.", "one for all keys", "a made-up key must be refused",
            "  rule 1: dead, invalid; ambiguous: refused twice more over 5d\n      401, code = \"bad_key\"",
            "  probe.alive: alive, valid\n      200, id is string",
            "  common rule 6: unknown, providerError\n      500-599",
        ] {
            #expect(shown.output.contains(line), "\(line)")
        }
    }

    @Test("`providers show` marks what the settings change, and never shows the canary")
    func overrides() async throws {
        let canary = "sk-canary-2f8a1b7c9d"
        let settings = """
            confirmation: {gap: 12h}
            providers:
              openai:
                base_url: https://relay.example/openai/
                rate_per_second: 3.5
                tenant_rate_per_second: 2
                enabled: false
                canary_key: \(canary)
            """
        let machine = try await machine(settings: settings)
        let text = try await machine.run("providers", "show", "openai")
        for line in [
            "GET https://relay.example/openai/v1/models (settings; catalogue: https://api.openai.com)",
            "3.5 a second (settings; catalogue: 20), 2 for one tenant (settings; catalogue: 1)",
            "no (settings); its keys are left alone", "refused once more after 12h",
        ] {
            #expect(text.output.contains(line), "\(line)")
        }
        #expect(fact("canary", text) == "set")
        let document = try await machine.run("providers", "show", "openai", "--json")
        #expect(document.json["canary_set"] as? Bool == true)
        #expect(document.text("url") == "https://relay.example/openai/v1/models")
        #expect(document.json["rate_per_second"] as? Double == 3.5)
        #expect(
            document.json["overridden"] as? [String] == [
                "base_url", "rate_per_second", "tenant_rate_per_second", "enabled", "canary_key",
            ])
        #expect(!"\(text)\(document)".contains(canary))
        #expect(!"\(text)\(document)".contains("2f8a"))
    }

    @Test("`providers show --json` is one document with every rule in order", arguments: Machine.providerIDs)
    func document(id: String) async throws {
        let machine = try await machine()
        let shown = try await machine.run("providers", "show", id, "--json")
        #expect(shown.status == 0 && shown.output.split(separator: "\n").count == 1)
        #expect(shown.text("id") == id && shown.text("method") == "GET")
        #expect(shown.number("tokens") == 0)
        #expect(shown.json["host_fixed"] as? Bool == (id != "azure_openai"))
        #expect(shown.json["negative_control"] as? Bool == true)
        #expect(shown.json["catalogue"] is NSNull)
        let rules = shown.json["rules"] as? [[String: Any]] ?? []
        #expect(rules.contains { $0["place"] as? String == "probe.alive" && $0["finding"] as? String == "valid" })
        for rule in rules {
            #expect(
                Set(rule.keys) == ["place", "when", "finding", "verdict", "strength", "confirm_over_seconds"])
            #expect(rule["strength"] is NSNull == (rule["verdict"] as? String != "dead"))
        }
    }

    @Test("An unknown provider ends `providers show` with 65 and where to find the known ones")
    func unknown() async throws {
        let machine = try await Machine()
        let shown = try await machine.run("providers", "show", "acme")
        #expect(shown.status == 65 && shown.output == "")
        #expect(shown.errors == "keyvigil: there is no provider 'acme'; `keyvigil providers list` shows all\n")
    }

    /// A machine whose settings name the catalogue `mine.yaml`, with the provider Acme.
    private func machine(settings: String = "", catalogue: String = acme) async throws -> Machine {
        let machine = try await Machine()
        try machine.home.write(catalogue, to: "mine.yaml")
        try machine.write(settings: "mail: {none: true}\ncatalogue: HOME/mine.yaml\n\(settings)\n")
        return machine
    }

    private func row(_ id: String, _ table: Finished) -> Substring? {
        table.output.split(separator: "\n").first { $0.hasPrefix("\(id) ") }
    }

    private func fact(_ name: String, _ shown: Finished) -> String? {
        shown.output.split(separator: "\n").first { $0.hasPrefix("  \(name) ") }
            .map { $0.dropFirst(name.count + 2).trimmingCharacters(in: .whitespaces) }
    }
}
