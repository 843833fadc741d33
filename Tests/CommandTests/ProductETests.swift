import Foundation
import Testing

/// The requirements of an interview service, one by one, with its settings (`Products/e-interviews.yaml`).
@Suite("An interview service's keys", .serialized)
struct ProductETests {
    @Test("BYOK is on or off for each tenant; without it no key is added, probed or used")
    func byok() async throws {
        let machine = try await Machine.product("e-interviews")
        try await machine.addTenant()
        try await machine.addTenant("birch")
        let key = try await machine.addKey()
        let other = try await machine.addKey(tenant: "birch")
        _ = try await machine.run("tenants", "set", "acme", "--byok", "off")
        let refused = try await machine.run(
            "keys", "add", "--tenant", "acme", "--provider", "openai", stdin: try await machine.newSecret("openai"))
        #expect(refused.status == 65 && refused.errors.contains("this tenant may not bring keys"), "\(refused)")
        #expect(try await machine.run("run", "--all", "--json", days: 7).number("keys", "probed") == 1)
        #expect(await machine.simulator.requestCount(provider: "openai", key: key.secret) == 1, "when it was added")
        let answer = try await machine.resolve("--provider", "openai")
        #expect(answer.text("source") == "platform" && answer.text("reason")?.contains("BYOK is off") == true)
        #expect(try await machine.resolve(tenant: "birch", "--provider", "openai").text("key_id") == other.id)
        _ = try await machine.run("tenants", "set", "acme", "--byok", "on")
        #expect(try await machine.resolve("--provider", "openai").text("key_id") == key.id)
        #expect(try await machine.run("run", "--json", days: 7.1).number("keys", "probed") == 1)
    }

    @Test("Language model, translation and voices resolve independently, by capability and by provider")
    func capabilities() async throws {
        let machine = try await Machine.product("e-interviews")
        try await machine.addTenant()
        let language = try await machine.addKey("openai", "--default")
        let speech = try await machine.addKey("sarvam")
        let voices = try await machine.addKey("elevenlabs", "--default", "--scope", "workspace:7")
        let wanted = [
            ("language", "openai", language), ("translation", "sarvam", speech), ("voice", "elevenlabs", voices),
        ]
        for (capability, provider, key) in wanted {
            for what in [["--capability", capability], ["--provider", provider]] {
                let found = try await resolve(machine, what)
                #expect(found.text("key_id") == key.id && found.text("provider") == provider, "\(found)")
            }
        }
        _ = try await machine.run("keys", "disable", voices.id)
        let voice = try await resolve(machine, ["--capability", "voice"])
        #expect(voice.text("provider") == "openai", "the default of what else can speak")
        #expect(try await resolve(machine, ["--provider", "elevenlabs"]).text("source") == "platform")
        #expect(try await resolve(machine, ["--capability", "translation"]).text("key_id") == speech.id)
        #expect(try await resolve(machine, ["--capability", "language"]).text("key_id") == language.id)
    }

    private func resolve(_ machine: Machine, _ what: [String]) async throws -> Finished {
        try await machine.start(["resolve", "--tenant", "acme", "--json", "--scope", "workspace:7"] + what).finish()
    }

    @Test("With the policy to fail, calls with a disabled key fail with what to do; without a key they fall back")
    func failing() async throws {
        let machine = try await Machine.product("e-interviews")
        try await machine.addTenant("acme", email: nil, "--on-disabled", "fail")
        try await machine.addTenant("birch")
        let dying = try await machine.addKey("sarvam")
        _ = try await machine.addKey("sarvam", tenant: "birch")
        try await machine.strike(dying)
        _ = try await machine.run("run", "--all", days: 7)
        #expect(try await machine.run("run", "--all", "--json", days: 8.01).number("transitions", "disabled") == 1)
        for what in [["--provider", "sarvam"], ["--capability", "translation"]] {
            let failed = try await resolve(machine, what)
            #expect(failed.status == 1)
            #expect(failed.text("source") == "none")
            #expect(failed.json["key_id"] is NSNull)
            #expect(
                failed.text("reason")
                    == "the tenant's key is disabled since its provider refused it (invalid); its calls fail until the "
                    + "tenant updates or removes the key")
        }
        let renewed = try await machine.run(
            "keys", "replace", dying.id, stdin: try await machine.newSecret("sarvam"), days: 8.1)
        #expect(renewed.status == 0)
        #expect(try await machine.resolve("--provider", "sarvam").text("key_id") == dying.id)
        let revoked = try await machine.run("keys", "revoke", dying.id)
        #expect(
            revoked.status == 0 && revoked.output.contains("sarvam now resolves to none: the tenant's key is revoked"))
        #expect(try await machine.resolve("--provider", "sarvam").status == 1)
        _ = try await machine.run("keys", "delete", dying.id)
        #expect(try await machine.resolve("--provider", "sarvam").text("source") == "platform")
    }

    @Test("Lists and mails show only the last four characters of a key")
    func lastFour() async throws {
        let machine = try await Machine.product("e-interviews")
        let (dying, living) = try await machine.suspectOneOfTwo()
        _ = try await machine.run("run", "--all", days: 8.01)
        let list = try await machine.run("keys", "list", days: 8.1).output
        let mails = try machine.mails().values.joined()
        for text in [list, mails.replacing("=\r\n", with: "")] {
            for key in [dying, living] {
                #expect(text.contains(key.secret.suffix(4)) && !text.contains(key.secret.suffix(5)))
                #expect(!text.contains(key.secret.prefix(9)))
            }
        }
        #expect(!mails.isEmpty)
    }

    @Test("Notices about keys go to a workspace's owners, never to its members")
    func owners() async throws {
        let machine = try await Machine.product("e-interviews")
        try await machine.addTenant(
            "acme", email: "owner@acme.example,boss@acme.example", "--members", "dev@acme.example")
        let dying = try await machine.addKey("elevenlabs")
        _ = try await machine.addKey("elevenlabs")
        try await machine.strike(dying)
        _ = try await machine.run("run", "--all", days: 7)
        #expect(try await machine.run("run", "--all", "--json", days: 8.01).number("transitions", "disabled") == 1)
        #expect(
            try await machine.column("SELECT address FROM mail ORDER BY address")
                == ["boss@acme.example", "owner@acme.example"])
        _ = try await machine.run("tenants", "set", "acme", "--email", "")
        try await machine.strike(dying, .valid)
        _ = try await machine.run("run", "--json", days: 9.1)
        #expect(
            try await machine.column("SELECT address FROM mail WHERE created_at = (SELECT max(created_at) FROM mail)")
                == ["ops@talks.example"], "an owner is missing, so the operators are told")
    }
}
