import Foundation
import Testing

@Suite("keyvigil resolve", .serialized)
struct ResolveTests {
    @Test("It names the key to use and why, and ends with 1 if the tenant's policy allows none")
    func answers() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let wanted = ["resolve", "--tenant", "acme", "--provider", "openai"]
        let platform = try await machine.start(wanted).finish()
        #expect(platform.status == 0)
        #expect(platform.output == "platform: the tenant has no key for this; the platform's own key is used\n")
        let key = try await machine.addKey("openai", "--label", "Secret name")
        let text = try await machine.start(wanted).finish()
        #expect(text.output == "key \(key.id) (openai): the tenant's only usable key\n")
        let json = try await machine.start(wanted + ["--json"], environment: ["BYOK_ENCRYPTION_KEY": ""]).finish()
        #expect(json.status == 0, "no key ring is needed: \(json)")
        #expect(Set(json.json.keys) == ["source", "key_id", "provider", "reason"])
        #expect(json.text("source") == "tenant")
        #expect(json.text("key_id") == key.id)
        #expect(json.text("provider") == "openai")
        #expect(!json.output.contains("Secret name"))
        _ = try await machine.run("tenants", "set", "acme", "--on-disabled", "fail")
        _ = try await machine.run("keys", "disable", key.id)
        let none = try await machine.start(wanted + ["--json"]).finish()
        #expect(none.status == 1, "\(none)")
        #expect(none.text("source") == "none", "\(none)")
        #expect(none.json["key_id"] is NSNull, "\(none)")
        #expect(none.text("reason")?.hasSuffix("until an operator enables the key, or the tenant removes it") == true)
        #expect(try await machine.value("SELECT count(*) FROM audit_entry WHERE event = 'key.resolved'") == "0")
    }

    @Test("Scopes are searched in the order given, and no others")
    func scopes() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let whole = try await machine.addKey("openai")
        let project = try await machine.addKey("openai", "--scope", "project:42")
        let user = try await machine.addKey("openai", "--scope", "user:7")
        for (scopes, key) in [
            ([], whole), (["project:42"], project), (["user:7", "project:42"], user),
            (["project:42", "user:7"], project),
            (["project:43"], whole), (["project:43", "user:7"], user),
        ] {
            let named = scopes.flatMap { ["--scope", $0] }
            let found = try await machine.start(
                ["resolve", "--tenant", "acme", "--provider", "openai", "--json"] + named
            ).finish()
            #expect(found.text("key_id") == key.id, "\(scopes): \(found)")
        }
    }

    static let refused: [(arguments: [String], status: Int32, complaint: String)] = [
        (["--tenant", "acme"], 64, "say either --provider or --capability"),
        (["--tenant", "acme", "--provider", "openai", "--capability", "voice"], 64, "say either --provider or"),
        (["--provider", "openai"], 64, "Missing expected argument '--tenant"),
        (
            ["--tenant", "acme", "--provider", "nothing"], 65,
            "there is no provider 'nothing'; `keyvigil providers list`"
        ),
        (["--tenant", "acme", "--provider", "aws-sigv4"], 65, "is not supported"),
        (
            ["--tenant", "nobody", "--provider", "openai"], 65,
            "there is no tenant with this id; `keyvigil tenants list`"
        ),
        (["--tenant", "acme", "--capability", "cooking"], 65, "there is no such capability; they are language, image"),
        (["--tenant", "acme", "--provider", "openai", "--scope", "team:1"], 65, "scope must be KIND:ID"),
    ]

    @Test("An invalid question is refused in one line", arguments: refused)
    func refusals(arguments: [String], status: Int32, complaint: String) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let done = try await machine.start(["resolve"] + arguments).finish()
        #expect(done.status == status && done.output == "", "\(done)")
        #expect(done.errors.contains(complaint) && done.errors.split(separator: "\n").count == 1, "\(done)")
    }

    @Test("It never creates a store")
    func noStore() async throws {
        let machine = try await Machine()
        let done = try await machine.run("resolve", "--tenant", "acme", "--provider", "openai")
        #expect(done.status == 78 && done.errors.contains("there is no store at"), "\(done)")
        #expect(!FileManager.default.fileExists(atPath: machine.databasePath))
    }

    @Test("disable, revoke and delete say what is used instead of the key, and that it was the default")
    func dependants() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let first = try await machine.addKey("openai", "--default")
        let second = try await machine.addKey("openai")
        let scoped = try await machine.addKey("openai", "--scope", "project:42")
        let disabled = try await machine.run("keys", "disable", first.id)
        #expect(
            disabled.output
                == """
                key \(first.id): disabled; it was the default
                openai now resolves to key \(second.id) (openai): the tenant's only usable key

                """)
        _ = try await machine.run("keys", "enable", first.id)
        let revoked = try await machine.run("keys", "revoke", second.id, "--json")
        #expect(revoked.text("status") == "revoked" && revoked.text("id") == second.id)
        #expect(resolvesTo(revoked) == ["source": "tenant", "key_id": first.id], "the default is used as before")
        let ofScope = try await machine.run("keys", "revoke", scoped.id, "--json")
        #expect(resolvesTo(ofScope)["key_id"] == first.id, "what the tenant has for all its projects")
        let deleted = try await machine.run("keys", "delete", first.id, "--json")
        #expect(deleted.json["deleted"] as? Bool == true && deleted.json["was_default"] as? Bool == true, "\(deleted)")
        #expect(resolvesTo(deleted) == ["source": "platform", "key_id": nil])
    }

    private func resolvesTo(_ done: Finished) -> [String: String?] {
        let answer = done.json["resolves_to"] as? [String: Any] ?? [:]
        return ["source": answer["source"] as? String, "key_id": answer["key_id"] as? String]
    }
}
