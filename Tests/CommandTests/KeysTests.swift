import Foundation
import Testing

@Suite("keyvigil keys", .serialized)
struct KeysTests {
    @Test(
        "A key that its provider does not accept is refused with our own message, and nothing is stored",
        arguments: [
            ("openai", "invalid", 1, "not saved: OpenAI says the key is not valid"),
            ("openai", "account_deactivated", 1, "not saved: OpenAI says the key"),
            ("groq", "down", 2, "not saved: Groq answered with an error of its own; try again later (HTTP 503)"),
            ("groq", "drop", 2, "not saved: Groq could not be reached; try again later"),
            ("deepseek", "rate_limited", 2, "not saved: DeepSeek"),
        ])
    func refused(provider: String, scenario: String, status: Int, sentence: String) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let rows = try await machine.value("SELECT count(*) FROM audit_entry")
        let secret = try machine.simulator.newKey(for: provider)
        let known = scenario == "rate_limited" && provider == "deepseek" ? "down" : scenario
        try await machine.simulator.set(provider: provider, key: secret, scenario: .init(known))
        let added = try await machine.run(
            "keys", "add", "--tenant", "acme", "--provider", provider, stdin: secret + "\n")
        #expect(added.status == Int32(status), "\(added)")
        #expect(added.errors.hasPrefix("keyvigil: \(sentence)"), "\(added)")
        #expect(added.errors.split(separator: "\n").count == 1)
        #expect(added.output == "")
        #expect(!added.errors.contains(secret))
        #expect(try await machine.value("SELECT count(*) FROM stored_key") == "0")
        #expect(try await machine.value("SELECT count(*) FROM audit_entry") == rows)
    }

    @Test("--no-probe stores a key without a probe")
    func noProbe() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let secret = try machine.simulator.newKey(for: "groq")
        let added = try await machine.run(
            "keys", "add", "--tenant", "acme", "--provider", "groq", "--no-probe", "--json", stdin: secret)
        #expect(added.status == 0, "\(added)")
        #expect(added.json["finding"] is NSNull)
        #expect(await machine.simulator.requestCount(provider: "groq") == 0)
    }

    @Test("An operator's disabling lasts through runs until enable; revoke is final; delete leaves the audit rows")
    func lifeCycle() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let key = try await machine.addKey()
        let disabled = try await machine.run("keys", "disable", key.id, "--json")
        #expect(disabled.text("status") == "disabled")
        #expect(disabled.text("disabled_by") == "operator")
        #expect(try await machine.run("run", "--all", "--json", days: 1).number("keys", "probed") == 0)
        #expect(try await machine.show(key)["status"] as? String == "disabled")
        #expect(try await machine.run("keys", "enable", key.id, "--json").text("status") == "active")
        #expect(try await machine.run("run", "--json", days: 1).number("keys", "probed") == 1)
        #expect(try await machine.run("keys", "revoke", key.id, "--json").text("status") == "revoked")
        for command in ["enable", "disable", "replace"] {
            let refused = try await machine.run("keys", command, key.id, stdin: key.secret)
            #expect(refused.status == 65, "\(refused)")
            #expect(refused.errors.contains("the key is revoked, which is for good"))
        }
        #expect(try await machine.run("keys", "delete", key.id).output.hasPrefix("key \(key.id): deleted\n"))
        #expect(try await machine.run("keys", "show", key.id).status == 65)
        #expect(try await machine.value("SELECT count(*) FROM stored_key") == "0")
        #expect(try await machine.value("SELECT count(*) FROM key_health") == "0")
        let events = try await machine.column(
            "SELECT event FROM audit_entry WHERE key_id = '\(key.id)' AND event <> 'key.probed' ORDER BY at, seq")
        #expect(events == ["key.added", "key.disabled", "key.enabled", "key.revoked", "key.deleted"])
    }

    @Test("replace probes the new key first, keeps the old one if it is refused, and ends a disabling by the job")
    func replace() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let key = try await machine.addKey()
        _ = try await machine.addKey()
        try await machine.strike(key)
        _ = try await machine.run("run", "--all", days: 7)
        _ = try await machine.run("run", "--all", days: 8.01)
        #expect(try await machine.show(key)["status"] as? String == "disabled")
        let dead = try await machine.newSecret("openai", .invalid)
        let refused = try await machine.run("keys", "replace", key.id, stdin: dead, days: 8.1)
        #expect(refused.status == 1, "\(refused)")
        #expect(try await machine.show(key)["version"] as? Int == 1)
        let good = try await machine.newSecret("openai")
        let replaced = try await machine.run("keys", "replace", key.id, "--json", stdin: good, days: 8.1)
        #expect(replaced.status == 0, "\(replaced)")
        #expect(replaced.text("status") == "active")
        #expect(replaced.number("version") == 2)
    }

    @Test("test probes now and answers by exit status; a refusal begins a suspicion and disables nothing")
    func test() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let key = try await machine.addKey()
        #expect(try await machine.run("keys", "test", key.id).status == 0)
        try await machine.strike(key, .down)
        #expect(try await machine.run("keys", "test", key.id).status == 2)
        try await machine.strike(key)
        let dead = try await machine.run("keys", "test", key.id, "--json")
        #expect(dead.status == 1)
        #expect(dead.json["suspected_since"] is String)
        #expect(try await machine.run("keys", "test", key.id, "--json", days: 2).text("status") == "active")
    }

    @Test("test says that nothing is proven if the provider accepts a made-up key too")
    func testOfAnEndpointThatTakesAnyKey() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let key = try await machine.addKey()
        try await machine.simulator.set(provider: "openai", scenario: .valid)
        let tested = try await machine.run("keys", "test", key.id)
        #expect(tested.status == 2)
        #expect(tested.output.contains("answered valid, not judged: the made-up key was not refused"), "\(tested)")
    }

    @Test("list filters by tenant, provider and status; one key of a tenant, scope and provider is the default")
    func list() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        try await machine.addTenant("birch")
        let one = try await machine.addKey("openai", "--default")
        let two = try await machine.addKey("openai")
        _ = try await machine.addKey("groq", tenant: "birch")
        _ = try await machine.run("keys", "disable", one.id)
        #expect(try await listed(machine) == 3)
        #expect(try await listed(machine, "--tenant", "acme") == 2)
        #expect(try await listed(machine, "--provider", "groq") == 1)
        #expect(try await listed(machine, "--status", "disabled") == 1)
        #expect(try await machine.run("keys", "set-default", two.id, "--json").json["is_default"] as? Bool == true)
        #expect(try await machine.show(one)["is_default"] as? Bool == false)
        let wrong = try await machine.run("keys", "list", "--status", "dead")
        #expect(wrong.status == 64, "\(wrong)")
    }

    private func listed(_ machine: Machine, _ filter: String...) async throws -> Int {
        try await machine.start(["keys", "list", "--json"] + filter).finish().jsonLines.count
    }

    @Test("import reports a line that it cannot read, instead of ending there")
    func unreadableImport() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let folder = try await machine.run("keys", "import", machine.home.url.path)
        #expect(folder.status == 65 && folder.errors.contains("cannot be read from line 1 on"), "\(folder)")
        let long = try await machine.run("keys", "import", "-", stdin: String(repeating: "x", count: 2 << 20))
        #expect(long.status == 65 && long.errors.contains("line 1 is too long"), "\(long)")
    }

    @Test("import stores the valid lines, names the invalid ones by number and ends with 65")
    func importing() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let good = try await machine.newSecret("groq")
        let dead = try machine.simulator.newKey(for: "groq")
        let lines = [
            #"{"tenant":"acme","provider":"groq","key":"\#(good)","label":"Good","expires":"2099-01-01"}"#,
            "",
            "not json",
            #"{"tenant":"acme","provider":"groq"}"#,
            #"{"tenant":"acme","provider":"groq","key":"\#(dead)"}"#,
            #"{"tenant":"nobody","provider":"groq","key":"\#(good)"}"#,
            #"{"tenant":"acme","provider":"nothing","key":"\#(good)"}"#,
            #"{"tenant":"acme","provider":"groq","key":"\#(good)","kye":"x"}"#,
            #"{"tenant":"acme","provider":"groq","key":"with space"}"#,
            #"{"tenant":"acme","provider":"groq","key":"\#(good)","label":7}"#,
        ]
        let file = try machine.home.write(lines.joined(separator: "\n"), to: "keys.jsonl")
        let done = try await machine.run("keys", "import", file, "--json")
        #expect(done.status == 65, "\(done)")
        #expect(done.json as? [String: Int] == ["imported": 1, "refused": 8])
        let complaints = done.errors.split(separator: "\n").map(String.init).sorted()
        let expected = [
            "line 10: field label has the wrong type",
            "line 3: not a JSON object; write one object per line",
            "line 4: field key is missing",
            "line 5: not saved: Groq says the key is not valid (HTTP 401, code invalid_api_key)",
            "line 6: there is no tenant with this id; `keyvigil tenants list` shows them",
            "line 7: there is no provider 'nothing'; `keyvigil providers list` shows all",
            "line 8: unknown field; fields are tenant, provider, key, label, scope, params, default, expires",
            "line 9: the key holds a space, line break or other character that no API key has; paste it again",
        ]
        #expect(complaints == expected)
        #expect(!done.description.contains(good))
        #expect(try await machine.column("SELECT label FROM stored_key") == ["Good"])
    }
}
