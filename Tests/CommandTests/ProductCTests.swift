import Foundation
import TestSupport
import Testing

/// The requirements of a document-audit service, one by one, with its settings (`Products/c-audit-service.yaml`).
@Suite("An audit service's keys", .serialized)
struct ProductCTests {
    @Test("A key is stored if its provider accepts it; otherwise the command says why and stores nothing")
    func validated() async throws {
        let machine = try await Machine.product("c-audit-service")
        try await machine.addTenant()
        for (scenario, status, sentence) in [
            ("invalid", 1, "not saved: OpenAI says the key is not valid (HTTP 401, code invalid_api_key)"),
            ("down", 2, "not saved: OpenAI answered with an error of its own; try again later (HTTP 503)"),
        ] {
            let secret = try await machine.newSecret("openai", .init(scenario))
            let refused = try await machine.run(
                "keys", "add", "--tenant", "acme", "--provider", "openai", stdin: secret)
            #expect(refused.status == Int32(status) && refused.errors == "keyvigil: \(sentence)\n")
        }
        #expect(try await machine.value("SELECT count(*) FROM stored_key") == "0")
        let key = try await machine.addKey()
        #expect(try await machine.show(key)["finding"] as? String == "valid")
    }

    @Test("A refused key is disabled, its owner mailed, and the platform's used until the key is replaced")
    func fallback() async throws {
        let machine = try await Machine.product("c-audit-service")
        try await machine.addTenant()
        let dying = try await machine.addKey("openai")
        _ = try await machine.addKey("openai", "--scope", "user:1")
        try await machine.strike(dying)
        #expect(try await machine.run("run", "--json", days: 7).number("transitions", "suspected") == 1)
        #expect(try await machine.resolve("--provider", "openai", days: 7.5).text("key_id") == dying.id, "not yet sure")
        #expect(try await machine.run("run", "--json", days: 8.01).number("transitions", "disabled") == 1)
        #expect(try machine.mails().values.contains { $0.contains("To: it@acme.example\r\n") })
        let meanwhile = try await machine.resolve("--provider", "openai", days: 8.1)
        #expect(meanwhile.status == 0 && meanwhile.text("source") == "platform")
        #expect(
            meanwhile.text("reason")
                == "the tenant's key is disabled since its provider refused it (invalid); the platform's own key is used"
        )
        try await machine.strike(dying, .valid)
        #expect(try await machine.run("run", "--json", days: 9.1).number("transitions", "recovered") == 1)
        #expect(try await machine.resolve("--provider", "openai", days: 9.1).text("key_id") == dying.id)
    }

    @Test("Only the first 4 characters of a key are shown")
    func prefix() async throws {
        let machine = try await Machine.product("c-audit-service")
        let (dying, living) = try await machine.suspectOneOfTwo()
        let groq = try await machine.addKey("groq")
        _ = try await machine.run("run", "--all", days: 8.01)
        let text = try await machine.shown([dying, living, groq], days: 8.1)
        for key in [dying, living, groq] {
            #expect(text.contains(key.secret.prefix(4)) && !text.contains(key.secret.prefix(5)))
            #expect(!text.contains(key.secret.suffix(4)))
        }
        #expect(try !machine.mails().isEmpty)
    }

    @Test("Deletion erases the encrypted key in one transaction, from file and write-ahead log")
    func deleted() async throws {
        let machine = try await Machine.product("c-audit-service")
        try await machine.addTenant()
        let key = try await machine.addKey()
        let sealed = try #require(
            try await machine.open().read { connection in
                try connection.first("SELECT ciphertext FROM stored_key") { $0.blob(0) }
            })
        let part = Data(sealed.suffix(40))
        #expect(bytes(machine).contains(part))
        // If the audit row cannot be written, the key stays: both are one transaction.
        try await machine.execute(TestStore.fault("INSERT ON audit_entry", when: "new.event = 'key.deleted'"))
        #expect(try await machine.run("keys", "delete", key.id).status == 70)
        #expect(try await machine.value("SELECT count(*) FROM stored_key") == "1")
        try await machine.execute(TestStore.mending("audit_entry"))
        #expect(try await machine.run("keys", "delete", key.id).status == 0)
        #expect(try await machine.value("SELECT count(*) FROM stored_key") == "0")
        #expect(!bytes(machine).contains(part))
        #expect(try await machine.resolve("--provider", "openai").text("source") == "platform")
    }

    private func bytes(_ machine: Machine) -> Data {
        ["", "-wal"].reduce(into: Data()) { all, ending in
            all += (try? Data(contentsOf: URL(fileURLWithPath: machine.databasePath + ending))) ?? Data()
        }
    }

    @Test(
        "A ciphertext moved to another tenant, scope or row does not open and is not resolved",
        arguments: [("birch", ""), ("acme", "project:42"), ("acme", "")])
    func bound(tenant: String, scope: String) async throws {
        let machine = try await Machine.product("c-audit-service")
        try await machine.addTenant("acme")
        try await machine.addTenant("birch")
        let mine = try await machine.addKey("openai")
        let theirs = try await machine.addKey("openai", tenant: tenant, "--scope", scope)
        #expect(try await machine.resolve("--provider", "openai", "--scope", "project:7").text("key_id") != nil)
        try await machine.execute(
            """
            UPDATE stored_key SET ciphertext = (SELECT o.ciphertext FROM stored_key o WHERE o.id = '\(mine.id)')
            WHERE id = '\(theirs.id)'
            """)
        let asked = await machine.simulator.requestCount(provider: "openai", key: mine.secret)
        let tested = try await machine.run("keys", "test", theirs.id)
        #expect(tested.status == 2 && tested.output.hasPrefix("the stored ciphertext does not open"), "\(tested)")
        #expect(await machine.simulator.requestCount(provider: "openai", key: mine.secret) == asked)
        let scopes = scope.isEmpty ? [] : ["--scope", scope]
        let found = try await machine.start(
            ["resolve", "--tenant", tenant, "--provider", "openai", "--json"] + scopes
        ).finish()
        #expect(found.text("key_id") == (tenant == "acme" ? mine.id : nil), "\(found)")
        #expect(try await machine.column("SELECT key_id FROM usable_key") == [mine.id])
    }

    @Test("Of several keys the default, healthiest, most recently confirmed is used, and the answer says why")
    func best() async throws {
        let machine = try await Machine.product("c-audit-service")
        try await machine.addTenant()
        let older = try await machine.addKey("openai")
        let newer = try await machine.addKey("openai", days: 1)
        let restricted = try await machine.addKey("groq", days: 2)
        try await machine.execute("UPDATE key_health SET last_finding = 'restricted' WHERE key_id = '\(restricted.id)'")
        func answer() async throws -> [String?] {
            let found = try await machine.resolve("--capability", "language", days: 2)
            return [found.text("key_id"), found.text("reason")]
        }
        let best = "the best of the tenant's 3 usable keys, "
        #expect(try await answer() == [newer.id, best + "the most recently confirmed"])
        try await machine.execute("UPDATE key_health SET last_finding = 'restricted' WHERE key_id = '\(newer.id)'")
        #expect(try await answer() == [older.id, best + "the healthiest"])
        _ = try await machine.run("keys", "set-default", restricted.id)
        #expect(try await answer() == [restricted.id, best + "its default"])
        try await machine.execute("UPDATE key_health SET exhausted_since = last_checked_at")
        #expect(try await answer()[0] == nil, "without credit all of them are passed over")
    }
}
