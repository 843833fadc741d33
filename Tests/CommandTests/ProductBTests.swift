import Foundation
import Secrets
import TestSupport
import Testing

/// The requirements of a release-gating service, one by one, with its settings (`Products/b-release-gating.yaml`).
@Suite("A release gate's keys", .serialized)
struct ProductBTests {
    @Test("Keys of OpenAI, Anthropic and Google are accepted, and of Azure OpenAI for each deployment")
    func providers() async throws {
        let machine = try await Machine.product("b-release-gating")
        try await machine.addTenant()
        for provider in ["openai", "anthropic", "google"] {
            let key = try await machine.addKey(provider)
            #expect(try await machine.resolve("--provider", provider).text("key_id") == key.id)
        }
        let gpt = try await machine.addKey("azure_openai", "--param", "deployment=gpt-eu", "--label", "EU")
        let mini = try await machine.addKey("azure_openai", "--param", "deployment=mini-us", "--default")
        let params = try await machine.rows(
            "SELECT key_id, params FROM usable_key WHERE provider = 'azure_openai' ORDER BY params", columns: 2)
        #expect(
            params == [
                [gpt.id, #"{"deployment":"gpt-eu","resource":"acme-ai"}"#],
                [mini.id, #"{"deployment":"mini-us","resource":"acme-ai"}"#],
            ])
        #expect(try await machine.resolve("--provider", "azure_openai").text("key_id") == mini.id)
        #expect(try await machine.run("run", "--all", "--json", days: 1).number("keys", "alive") == 5)
    }

    @Test("A key has a provider, a name and a default mark; a new default replaces the old one of its provider")
    func defaults() async throws {
        let machine = try await Machine.product("b-release-gating")
        try await machine.addTenant()
        let first = try await machine.addKey("openai", "--label", "Main", "--default")
        let other = try await machine.addKey("google", "--default")
        let second = try await machine.addKey("openai", "--label", "Spare", "--default")
        let shown = try await machine.show(second)
        #expect(shown["provider"] as? String == "openai" && shown["label"] as? String == "Spare")
        let defaults = "SELECT id FROM stored_key WHERE is_default ORDER BY id"
        #expect(try await machine.column(defaults) == [other.id, second.id].sorted())
        let made = try await machine.run("keys", "set-default", first.id)
        #expect(made.status == 0 && made.output == "key \(first.id): default\n", "\(made)")
        #expect(try await machine.column(defaults) == [first.id, other.id].sorted())
        #expect(try await machine.resolve("--provider", "openai").text("key_id") == first.id)
    }

    @Test(
        "After concurrent commands that set a default there is exactly one, on both engines", arguments: [false, true])
    func concurrentDefaults(onServer: Bool) async throws {
        let machine = try await Machine.product("b-release-gating", onServer: onServer)
        try await machine.addTenant()
        var keys: [Stored] = []
        for _ in 0..<4 { keys.append(try await machine.addKey()) }
        for _ in 0..<Campaign.count(ci: 3, long: 100) {
            let programs = try (keys + keys).shuffled().map { try machine.start(["keys", "set-default", $0.id]) }
            for program in programs {
                let done = await program.finish()
                #expect(done.status == 0, "\(done)")
            }
            #expect(try await machine.value("SELECT count(*) FROM stored_key WHERE is_default") == "1")
        }
    }

    @Test("Keys are sealed with AES-256-GCM under a dedicated master key, as README describes it")
    func sealed() async throws {
        let machine = try await Machine.product("b-release-gating")
        let path = try machine.home.write(machine.masterKey, to: "byok-key-ring")
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
        let fromFile = ["BYOK_ENCRYPTION_KEY": ""]
        try await machine.addTenant()
        let secret = try await machine.newSecret("openai")
        let added = try await machine.run(
            "keys", "add", "--tenant", "acme", "--provider", "openai", "--scope", "project:42", "--json", stdin: secret,
            environment: fromFile)
        let id = try #require(added.text("id"), "\(added)")
        let sealed = try #require(
            try await machine.open().read { connection in
                try connection.first("SELECT ciphertext FROM usable_key") { $0.blob(0) }
            })
        let texts = ["keyvigil.stored_key.v2", "acme", "project", "42", id, "1", "openai", "{}"]
        let bound = texts.flatMap { text in
            withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian, Array.init) + Array(text.utf8)
        }
        let opened = try Sealer(KeyRing(machine.masterKey.utf8)).open(sealed, associatedData: bound)
        #expect(opened.withBytes { Array($0) } == Array(secret.utf8))
        let other = try await machine.run("run", environment: ["BYOK_ENCRYPTION_KEY": try KeyRing.newKey()])
        #expect(other.status == 78, "another secret of the service opens nothing: \(other)")
        #expect(try await machine.run("run", environment: fromFile).status == 0)
    }

    @Test("At most the first 8 characters of a key are shown")
    func prefix() async throws {
        let machine = try await Machine.product("b-release-gating")
        let (dying, living) = try await machine.suspectOneOfTwo()
        _ = try await machine.run("run", "--all", days: 8.01)
        let text = try await machine.shown([dying, living], days: 8.1)
        for key in [dying, living] {
            #expect(text.contains(key.secret.prefix(8)) && !text.contains(key.secret.prefix(9)))
            let scanner = LeakScanner([(key.provider, key.secret, 8)])
            #expect(scanner.leaks(in: text, "what is shown").isEmpty)
        }
        #expect(try !machine.mails().isEmpty)
    }

    @Test("A key is tested on demand")
    func tested() async throws {
        let machine = try await Machine.product("b-release-gating")
        try await machine.addTenant()
        let key = try await machine.addKey("anthropic")
        let works = try await machine.run("keys", "test", key.id)
        #expect(works.status == 0 && works.output.hasPrefix("Anthropic accepts the key"), "\(works)")
        try await machine.strike(key)
        let refused = try await machine.run("keys", "test", key.id)
        #expect(refused.status == 1 && refused.output.hasPrefix("Anthropic says the key is not valid"), "\(refused)")
    }

    @Test("A revoked key is out of use at once, and the command says what depends on it")
    func revoked() async throws {
        let machine = try await Machine.product("b-release-gating")
        try await machine.addTenant()
        let main = try await machine.addKey("openai", "--default")
        let spare = try await machine.addKey("openai")
        let revoked = try await machine.run("keys", "revoke", main.id)
        #expect(
            revoked.output
                == """
                key \(main.id): revoked; it was the default
                openai now resolves to key \(spare.id) (openai): the tenant's only usable key

                """)
        #expect(try await machine.column("SELECT key_id FROM usable_key") == [spare.id])
        #expect(try await machine.resolve("--provider", "openai").text("key_id") == spare.id)
        let last = try await machine.run("keys", "revoke", spare.id)
        #expect(last.output.contains("\nopenai now resolves to platform: none of the tenant's 2 keys can be used"))
    }
}
