import Foundation
import KeyVigil
import TestSupport
import Testing
import Vocabulary

/// A platform in another language that reads and writes stored keys directly, with `stored_key.py`.
@Suite("Keys of a program in another language", .serialized)
struct InteroperabilityTests {
    @Test(
        "A key that Python stores is shown, tested and checked; Python reads what keyvigil stores",
        arguments: [false, true])
    func bothWays(isOnServer: Bool) async throws {
        let machine = try await Machine.make(onServer: isOnServer)
        try await machine.addTenant()
        let tenant = "acme"
        let ours = try await machine.addKey("azure_openai", tenant: tenant, "--scope", "project:42")
        #expect(try await python(machine, "read", ours.id) == ours.secret)

        let secret = try await machine.newSecret("azure_openai")
        let added = try await python(
            machine, "add", tenant, "azure_openai", "Küche", #"{"resource":"acme-ai","deployment":"gpt-4o"}"#,
            stdin: secret)
        let theirs = Stored(id: added, provider: "azure_openai", secret: secret)
        #expect(try await python(machine, "read", theirs.id) == secret)
        let shown = try await machine.show(theirs)
        #expect(shown["tenant"] as? String == tenant && shown["label"] as? String == "Küche")
        #expect(shown["status"] as? String == "active" && shown["version"] as? Int == 1)
        #expect(shown["prefix"] as? String == String(secret.prefix(4)))

        let run = try await machine.run("run", "--json", "--no-notify")
        #expect(run.status == 0 && run.number("keys", "alive") == 1, "\(run)")
        let tested = try await machine.run("keys", "test", theirs.id)
        #expect(tested.status == 0, "\(tested)")
        let checked = try await machine.show(theirs)
        #expect(checked["finding"] as? String == "valid", "\(checked)")
        let status = try await machine.run("status", "--json")
        #expect(status.number("enabled") == 2 && status.number("active") == 2, "the counts know of it: \(status)")
        // keyvigil computes the same slice and probe time as Python.
        let places = try await machine.rows("SELECT slice, slot, key_id FROM key_health", columns: 3)
        for place in places { #expect(try Self.place(place[2]) == [place[0], place[1]]) }
        #expect(try await machine.run("audit", "verify").status == 0)
    }

    @Test(
        "Python stores nothing under a retired master key, and the keys that it stored are rotated",
        arguments: [false, true])
    func rotated(isOnServer: Bool) async throws {
        let machine = try await Machine.make(onServer: isOnServer)
        let keys = try MasterKeys(machine, own: "old", "new")
        try await machine.addTenant()
        let ours = try await machine.addKey()
        let secret = try await machine.newSecret("openai")
        let theirs = try await python(machine, "add", "acme", "openai", "Ours", stdin: secret)
        let both = keys.ring("new", "old")
        #expect(try await machine.run("encryption", "rotate", environment: both).status == 0)
        #expect(try await machine.run("encryption", "retire", keys.id("old"), environment: both).status == 0)
        await #expect(throws: SetupFailure.self) {
            try await python(machine, "add", "acme", "openai", "Late", stdin: secret)
        }
        #expect(try await machine.value("SELECT count(*) FROM stored_key") == "2")
        #expect(try await python(machine, "read", theirs, ring: keys.text(["new"])) == secret)
        #expect(try await python(machine, "read", ours.id, ring: keys.text(["new"])) == ours.secret)
        await #expect(throws: SetupFailure.self) { try await python(machine, "read", ours.id) }
    }

    @Test("On a server a role with only the grants of README can store keys, and read none")
    func leastPrivilege() async throws {
        let machine = try await Machine.onServer()
        try await machine.addTenant()
        try await machine.importMany(1, tenant: "birch")
        let role = "platform_\(UUID().uuidString.prefix(8).lowercased())"
        try await machine.execute("CREATE ROLE \(role) LOGIN")
        let readme = try String(
            contentsOf: ReadmeTests.root.appendingPathComponent("README.md"), encoding: .utf8)
        let grants = readme.split(separator: "\n").filter {
            $0.hasPrefix("GRANT ") && $0.hasSuffix(" TO keyvigil_platform;")
        }
        #expect(grants.count == 3)
        for grant in grants { try await machine.execute(String(grant.replacing("keyvigil_platform;", with: role))) }
        let secret = try await machine.newSecret("openai")
        let id = try await python(machine, "add", "acme", "openai", "Ours", stdin: secret, role: role)
        #expect(try await python(machine, "read", id) == secret)
        await #expect(throws: SetupFailure.self) { try await python(machine, "read", id, role: role) }
        try await machine.execute("DROP OWNED BY \(role)")
        try await machine.execute("DROP ROLE \(role)")
    }

    private func python(
        _ machine: Machine, _ command: String, _ arguments: String..., stdin: String = "", ring: String? = nil,
        role: String? = nil
    ) async throws -> String {
        let script = CiphertextVectors.directory.appendingPathComponent("stored_key.py").path
        let url = machine.environment()["DATABASE_URL"] ?? ""
        let server = role.map { url.replacing("//keyvigil@", with: "//\($0)@") } ?? url
        let database = url.hasPrefix("sqlite:") ? machine.databasePath : server
        let done = try await Program(
            ["-B", script, command, database] + arguments, program: "/usr/bin/python3", stdin: Data(stdin.utf8),
            environment: ["BYOK_ENCRYPTION_KEYS": ring ?? machine.masterKey, "PYTHONIOENCODING": "utf-8"]
        ).finish()
        guard done.status == 0 else { throw SetupFailure(done) }
        return done.output.trimmingCharacters(in: .newlines)
    }

    private static func place(_ id: String) throws -> [String] {
        let place = try KeySlot(keyID: id)
        return [String(place.slice), String(place.seconds)]
    }
}
