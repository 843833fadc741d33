import Foundation
import Testing

@Suite("keyvigil breakers", .serialized)
struct BreakersTests {
    /// Eight keys of one provider that were valid once; four are refused since day 7, so that its breaker is open.
    private func machineWithOpenBreaker() async throws -> (machine: Machine, keys: [Stored]) {
        let machine = try await Machine()
        try await machine.addTenant()
        var keys: [Stored] = []
        for _ in 0..<8 { keys.append(try await machine.addKey("groq")) }
        for key in keys.prefix(4) { try await machine.strike(key) }
        let run = try await machine.run("run", "--all", days: 7)
        #expect(run.status == 3, "\(run)")
        return (machine, keys)
    }

    /// Four more die on day 7.5, which keeps the breaker open until day 8.5; the first four are confirmed on day 8.1.
    private func confirm(_ machine: Machine, _ keys: [Stored]) async throws -> Finished {
        for key in keys.suffix(4) { try await machine.strike(key) }
        _ = try await machine.run("run", "--all", days: 7.5)
        return try await machine.run("run", "--all", "--json", days: 8.1)
    }

    private func disabled(_ machine: Machine) async throws -> String? {
        try await machine.value("SELECT count(*) FROM key_health WHERE status = 'disabled'")
    }

    @Test("The list says which breaker is open and why, with the figures behind it, and ends with 3")
    func list() async throws {
        let (machine, _) = try await machineWithOpenBreaker()
        let list = try await machine.run("breakers", "list", days: 7.1)
        #expect(list.status == 3 && list.errors == "", "\(list)")
        #expect(list.output.contains("groq"))
        #expect(list.output.contains("4 of 8"))
        #expect(list.output.contains("2.0 %"))
        #expect(list.output.contains("groq (standard): the breaker is open since"), "\(list)")
        let json = try #require(try await machine.run("breakers", "list", "--json", days: 7.1).jsonLines.first)
        #expect(json["provider"] as? String == "groq" && json["key_type"] as? String == "standard")
        #expect(json["breaker"] as? String == "open")
        #expect(json["open_since"] is String)
        #expect(json["last_closed"] is NSNull)
        #expect(json["refused_in_day"] as? Int == 4 && json["answered_in_day"] as? Int == 8)
        #expect(json["limit"] as? Int == 3 && json["usual_rate"] as? Double == 0.02)
        #expect(json["suspected"] as? Int == 4)
        #expect(json["disabled_in_day"] as? Int == 0)
        #expect(json["cap"] as? Int == 3)
        #expect((json["releases"] as? [Any])?.isEmpty == true && json["closes_next"] as? Bool == false)
        let late = try await machine.run("breakers", "list", "--json", days: 8.2)
        #expect(late.status == 3 && late.jsonLines.first?["closes_next"] as? Bool == true, "\(late)")
    }

    @Test("Before any answer no breaker is listed")
    func empty() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let list = try await machine.run("breakers", "list")
        #expect(list.status == 0 && list.output == "no provider has answered in the last 28 days\n")
        #expect(try await machine.run("breakers", "list", "--json").output == "")
    }

    @Test(
        "With a release the keys that it covers are disabled, up to the cap; it is listed and audited with its reason")
    func release() async throws {
        let (machine, keys) = try await machineWithOpenBreaker()
        #expect(try await machine.value("SELECT max(breaker_open) FROM provider_hour") == "1")
        let release = try await machine.run(
            "breakers", "release", "groq", "--reason", "Groq cancelled the account, INC0012345", days: 7.2)
        #expect(release.status == 0, "\(release)")
        #expect(release.output.contains("released Groq\n") && release.output.contains("covers 4 suspicions"))
        #expect(release.output.contains("still hold: the made-up key must be refused"))
        #expect(
            try await machine.value("SELECT max(breaker_open) FROM provider_hour") == "0", "released hours are usual")
        let row = try #require(
            try await machine.run("audit", "list", "--json", "--event", "breaker.released").jsonLines.first)
        #expect(
            row["details"] as? String
                == #"{"reason":"Groq cancelled the account, INC0012345","suspicions":4,"v":1}"#)
        let list = try await machine.run("breakers", "list", days: 7.3)
        #expect(list.output.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(list)")
        #expect(list.output.contains("released on") && list.output.contains("INC0012345"), "\(list)")

        let run = try await confirm(machine, keys)
        #expect(run.number("transitions", "disabled") == 3 && run.number("transitions", "capped") == 1, "\(run)")
        #expect(run.status == 3, "the breaker is open all the same")
        #expect(try await disabled(machine) == "3")
        let story = try await machine.run("explain", keys[0].id, days: 8.2)
        #expect(story.output.contains("breaker released"), "\(story)")
    }

    @Test("Without a release, or with one of another finding, the open breaker holds every key")
    func narrow() async throws {
        let (machine, keys) = try await machineWithOpenBreaker()
        let release = try await machine.run(
            "breakers", "release", "groq", "--finding", "revoked", "--key-type", "standard", "--reason", "leak",
            "--json", days: 7.2)
        #expect(release.status == 0 && release.number("suspicions") == 0, "\(release)")
        #expect(release.json["breakers_open"] as? [String] == ["standard"] && release.text("finding") == "revoked")
        #expect(try await machine.value("SELECT max(breaker_open) FROM provider_hour") == "1")
        let run = try await confirm(machine, keys)
        #expect(run.status == 3 && run.number("transitions", "held") == 4, "\(run)")
        #expect(try await disabled(machine) == "0")
    }

    @Test("A release is accepted while no breaker is open, and says so")
    func noBreaker() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let release = try await machine.run("breakers", "release", "openai", "--reason", "we rotate all keys today")
        #expect(release.status == 0, "\(release)")
        #expect(release.output.hasPrefix("released OpenAI, although no breaker of it is open\ncovers 0 suspicions"))
    }

    static let mistakes: [(arguments: [String], complaint: String)] = [
        (["nowhere", "--reason", "x"], "there is no provider 'nowhere'; `keyvigil providers list` shows all"),
        (["groq", "--reason", "x", "--key-type", "auth"], "--key-type must be one of Groq's: standard"),
        (["google", "--reason", "x", "--key-type", "nope"], "--key-type must be one of Google"),
        (
            ["groq", "--reason", "x", "--finding", "valid"],
            "--finding must be one that calls a key dead: invalid, revoked"
        ),
        (["groq", "--reason", " "], "--reason is empty"),
        (["groq", "--reason", String(repeating: "long ", count: 41) + "x"], "--reason is longer than 200 characters"),
        (["groq", "--reason", "it was gsk_a1B2c3D4e5 all along"], "--reason holds a word that may be part of a key"),
    ]

    @Test("Invalid options are refused with what to write instead, and nothing is stored", arguments: mistakes)
    func mistake(arguments: [String], complaint: String) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let rows = try await machine.value("SELECT count(*) FROM audit_entry")
        let done = try await machine.start(["breakers", "release"] + arguments).finish()
        #expect(done.status == 65, "\(done)")
        #expect(done.errors.contains(complaint) && done.errors.split(separator: "\n").count == 1, "\(done)")
        #expect(!done.errors.contains("a1B2c3D4"))
        #expect(try await machine.value("SELECT count(*) FROM audit_entry") == rows)
        #expect(try await machine.value("SELECT count(*) FROM breaker_release") == "0")
    }
}
