import Foundation
import KeyVigil
import Secrets
import TestSupport
import Testing

@Suite("Product A, an evaluation service that checks a key before it is used", .serialized)
struct ProductATests {
    private static let settings = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Products/a-evaluation-service.yaml")

    /// The places from the first to the last, as `check --json` names them.
    private static let sources = ["stdin", "environment", "settings", "rc_file", "platform"]

    /// A machine with the product's settings file, and a key for every place.
    private func service() async throws -> (machine: Machine, keys: [String: String]) {
        let machine = try await Machine()
        let text = try String(contentsOf: Self.settings, encoding: .utf8)
        try machine.write(settings: text.replacing("PORT", with: "\(machine.port)"))
        var keys: [String: String] = [:]
        for source in Self.sources { keys[source] = try await machine.newSecret("openai") }
        for (name, source) in [("openai-check-key", "settings"), ("openai-platform-key", "platform")] {
            try write(keys[source] ?? "", to: name, on: machine)
        }
        try write("{\"openai_api_key\": \"\(keys["rc_file"] ?? "")\"}\n", to: ".valiqorrc", on: machine)
        return (machine, keys)
    }

    private func write(_ text: String, to name: String, on machine: Machine) throws {
        let path = try machine.home.write(text, to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    @Test("A key is taken from the first place that has one, and `check --json` says from which")
    func order() async throws {
        let (machine, keys) = try await service()
        // Each place is emptied once it has given its key.
        for source in Self.sources {
            let isPiped = source == "stdin"
            let variable = isPiped || source == "environment" ? keys["environment"] ?? "" : ""
            let checked = try await machine.start(
                ["check", "--provider", "openai", "--json"] + (isPiped ? ["-"] : []),
                stdin: isPiped ? keys["stdin"] ?? "" : "", environment: ["VALIQOR_API_KEY": variable]
            ).finish()
            #expect(checked.status == 0 && checked.text("source") == source, "\(source): \(checked)")
            #expect(await machine.simulator.requestCount(provider: "openai", key: keys[source] ?? "") == 1)
            switch source {
            case "settings":
                let text = try String(contentsOf: Self.settings, encoding: .utf8)
                let line = "    check_key_file: HOME/openai-check-key\n"
                #expect(text.contains(line))
                try machine.write(
                    settings: text.replacing(line, with: "").replacing("PORT", with: "\(machine.port)"))
            case "rc_file": try FileManager.default.removeItem(atPath: machine.home.path(".valiqorrc"))
            default: break
            }
        }
        let text = machine.home.read("keyvigil.yaml")
        let own = "    platform_key_file: \(machine.home.path("openai-platform-key"))\n"
        #expect(text.contains(own))
        try machine.write(settings: text.replacing(own, with: ""))
        let last = try await machine.run("check", "--provider", "openai", "--json", stdin: keys["stdin"] ?? "")
        #expect(last.text("source") == "stdin", "a pipe is the last place, too: \(last)")
    }

    @Test("In a program that embeds the library, the program's settings come before the environment")
    func embedded() throws {
        @Sendable func secret(_ text: String) -> SecretBytes { SecretBytes(copying: text.utf8) }
        var levels = KeyLevels(
            explicit: secret("explicit"), settings: { _ in secret("settings") }, variable: "VALIQOR_API_KEY",
            environment: ["VALIQOR_API_KEY": "environment"], platform: { _ in secret("platform") })
        #expect(try levels.key(of: "openai")?.level == .explicit)
        levels.explicit = nil
        #expect(try levels.key(of: "openai")?.level == .settings)
        levels.settings = { _ in nil }
        #expect(try levels.key(of: "openai")?.level == .environment)
        levels.environment = [:]
        let chosen = try levels.key(of: "openai")
        #expect(chosen?.level == .platform)
        #expect(chosen?.secret.withBytes { String(decoding: $0, as: UTF8.self) } == "platform")
    }

    @Test(
        "A request-scoped key is checked and never stored, logged or left in memory longer than the probe",
        arguments: ["stdin", "settings", "platform"])
    func requestScoped(source: String) async throws {
        let (machine, keys) = try await service()
        let secret = try #require(keys[source])
        for (name, owner) in [
            (".valiqorrc", "rc_file"), ("openai-check-key", "settings"), ("openai-platform-key", "platform"),
        ] where owner != source && source != "stdin" {
            // Empties a place: the rc file may be missing, and the settings hold this key.
            owner == "rc_file"
                ? try FileManager.default.removeItem(atPath: machine.home.path(name))
                : try machine.write(settings: machine.home.read("keyvigil.yaml").withoutLine(name))
        }
        let (isForgotten, checked) = try await Program.checking(secret) {
            try machine.start(
                ["check", "--provider", "openai", "--json"] + (source == "stdin" ? ["-"] : []),
                stdin: source == "stdin" ? secret : "",
                environment: ["KEYVIGIL_TEST_STOP": "checked", "VALIQOR_API_KEY": ""])
        }
        #expect(isForgotten)
        #expect(checked.status == 0 && checked.text("source") == source, "\(checked)")
        let scanner = LeakScanner([("openai", secret, 8)])
        #expect(scanner.leaks(in: checked.description, "output").isEmpty)
        #expect(!FileManager.default.fileExists(atPath: machine.databasePath), "no store is made")
        let names = FileManager.default.enumerator(atPath: machine.home.url.path)?.compactMap { $0 as? String } ?? []
        for name in names where ![".valiqorrc", "openai-check-key", "openai-platform-key"].contains(name) {
            #expect(scanner.leaks(in: machine.home.read(name), name).isEmpty)
        }
    }

    @Test(
        "The memory check finds a key that a process keeps: one in the environment stays there",
        .enabled(if: geteuid() == 0, "only root may look into the memory of a program that forbids it"))
    func seesMemory() async throws {
        let (machine, keys) = try await service()
        let secret = try #require(keys["environment"])
        let program = try machine.start(
            ["check", "--provider", "openai"],
            environment: ["KEYVIGIL_TEST_STOP": "checked", "VALIQOR_API_KEY": secret])
        #expect(await program.waitUntilStopped())
        #expect(try program.remembers(secret))
        program.signal(SIGCONT)
        #expect(await program.finish().status == 0)
    }

    @Test(
        "A place that cannot be used is reported in one line, and no provider is asked",
        arguments: [
            (
                "[]", 0o600, "", 65,
                "HOME/.valiqorrc must be a JSON object of texts, as in {\"openai_api_key\": \"…\"}"
            ),
            (
                "{\"anthropic_api_key\": 1}", 0o600, "", 65,
                "HOME/.valiqorrc must be a JSON object of texts, as in {\"openai_api_key\": \"…\"}"
            ),
            (
                "{}", 0o644, "", 77,
                "HOME/.valiqorrc may be read by others and holds a secret; run: chmod 600 HOME/.valiqorrc"
            ),
            (
                "{\"anthropic_api_key\": \"sk ant\"}", 0o600, "", 65,
                "the key holds a space, line break or other character that no API key has; paste it again"
            ),
            (
                "{}", 0o600, "sk ant", 65,
                "the key holds a space, line break or other character that no API key has; paste it again"
            ),
            ("{}", 0o600, "", 65, "no key on standard input; pipe it in or paste it and press Enter"),
        ])
    func unusable(content: String, mode: Int, variable: String, status: Int32, complaint: String) async throws {
        let (machine, _) = try await service()
        let path = try machine.home.write(content, to: ".valiqorrc")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let done = try await machine.run(
            "check", "--provider", "anthropic", environment: ["VALIQOR_API_KEY": variable])
        #expect(done.status == status && done.output == "", "\(done)")
        #expect(done.errors == "keyvigil: \(complaint.replacing("HOME", with: machine.home.url.path))\n")
        #expect(await machine.simulator.requests.isEmpty)
    }

    /// The provider's answer, the expected messages of the gate, and its exit status.
    private static let gates: [Gate] = [
        Gate("openai", "valid", status: 0),
        Gate(
            "openai", "invalid", status: 1,
            errors: ["invalid key: OpenAI refuses it; make a new one at https://platform.openai.com/api-keys"]),
        Gate(
            "openai", "account_deactivated", status: 1,
            errors: ["revoked key: OpenAI refuses it; make a new one at https://platform.openai.com/api-keys"]),
        Gate("openai", "down", status: 2, errors: ["nothing proved: OpenAI called the key neither alive nor dead"]),
        Gate("openai", "deep_out_of_credit", status: 0),
        Gate("deepseek", "valid_no_balance", status: 0, says: "its account is out of credit"),
        Gate(
            "openai", "valid", "--deep", status: 0, path: "/v1/chat/completions",
            errors: ["a deep check at OpenAI costs about ten tokens of a small model"]),
        Gate(
            "openai", "deep_out_of_credit", "--deep", status: 3,
            errors: [
                "a deep check at OpenAI costs about ten tokens of a small model",
                "insufficient credit: OpenAI accepts the key, and its account has nothing left to spend; add credit",
            ]),
        Gate(
            "openai", "deep_model_not_allowed", "--deep", status: 3,
            errors: [
                "a deep check at OpenAI costs about ten tokens of a small model",
                "credit not seen: OpenAI accepts the key, whose permissions do not show it; check with another",
            ]),
        Gate(
            "openai", "invalid", "--deep", status: 1,
            errors: [
                "a deep check at OpenAI costs about ten tokens of a small model",
                "invalid key: OpenAI refuses it; make a new one at https://platform.openai.com/api-keys",
            ]),
        Gate(
            "anthropic", "valid", "--deep", status: 0, path: "/v1/messages/count_tokens",
            errors: ["a deep check at Anthropic costs nothing"]),
        Gate(
            "anthropic", "deep_out_of_credit", "--deep", status: 3, path: "/v1/messages/count_tokens",
            errors: [
                "a deep check at Anthropic costs nothing",
                "insufficient credit: Anthropic accepts the key, and its account has nothing left to spend; add credit",
            ]),
        Gate(
            "deepseek", "valid_no_balance", "--deep", status: 3, path: "/user/balance",
            errors: [
                "a deep check at DeepSeek costs nothing",
                "insufficient credit: DeepSeek accepts the key, and its account has nothing left to spend; add credit",
            ]),
    ]

    @Test("The exit status of a check in CI gates the deployment, and each reason has its own line", arguments: gates)
    func gate(gate: Gate) async throws {
        let (machine, _) = try await service()
        let secret = try await machine.newSecret(gate.provider, .init(stringLiteral: gate.scenario))
        let line =
            "'\(Program.path)' check --provider \(gate.provider) \(gate.flags.joined(separator: " ")) && echo deployed"
        let done = try await Program(
            ["-c", line], program: "/bin/sh", environment: machine.environment(["VALIQOR_API_KEY": secret])
        ).finish()
        #expect(done.status == gate.status, "\(done)")
        #expect(done.errors == gate.errors.map { "keyvigil: \($0)\n" }.joined(), "\(done)")
        #expect(done.output.contains("deployed") == (gate.status == 0), "\(done)")
        if let words = gate.says { #expect(done.output.contains(words), "\(done)") }
        let path = await machine.simulator.requests.first?.path
        if let expected = gate.path { #expect(path == expected) }
    }

    @Test("A deep check says in JSON what it cost; if the provider has no such probe, it says so and sends nothing")
    func deepWords() async throws {
        let (machine, keys) = try await service()
        let paid = try await machine.run(
            "check", "--provider", "openai", "--deep", "--json", "-", stdin: keys["stdin"] ?? "")
        #expect(paid.json["deep"] as? Bool == true && paid.text("cost") == "about ten tokens of a small model")
        let none = try await machine.run("check", "--provider", "together", "--deep", "-", stdin: "tgp_v1_x")
        #expect(none.status == 65)
        #expect(
            none.errors
                == "keyvigil: Together AI has no deep probe: nothing known tells of its credit; leave out --deep\n")
        let azure = try await machine.run(
            "check", "--provider", "azure_openai", "--param", "resource=acme", "--deep", "-", stdin: "0123456789abcdef")
        #expect(azure.status == 65)
        #expect(azure.errors.contains("azure_openai needs deployment; give --param deployment=VALUE"), "\(azure)")
    }
}

/// One check in CI with its expected result.
struct Gate: Sendable, CustomTestStringConvertible {
    let provider: String
    let scenario: String
    let flags: [String]
    let status: Int32
    let path: String?
    let says: String?
    let errors: [String]

    init(
        _ provider: String, _ scenario: String, _ flags: String..., status: Int32, path: String? = nil,
        says: String? = nil, errors: [String] = []
    ) {
        self.provider = provider
        self.scenario = scenario
        self.flags = flags
        self.status = status
        self.path = path
        self.says = says
        self.errors = errors
    }

    var testDescription: String { ([provider, scenario] + flags).joined(separator: " ") }
}

extension String {
    /// The text without the lines that contain `word`.
    fileprivate func withoutLine(_ word: String) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.contains(word) }.joined(separator: "\n")
    }
}
