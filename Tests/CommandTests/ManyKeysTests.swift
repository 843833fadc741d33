import Foundation
import TestSupport
import Testing

@Suite("Many keys in and out", .serialized)
struct ManyKeysTests {
    private static let tenants = 20
    /// A part of every key, beyond the characters that may be shown.
    private static let mark = "NeverShown"

    @Test(
        "100,000 keys are imported except one invalid line, and exported with the same fields, without the key",
        arguments: [false, true])
    func throughAndBack(isOnServer: Bool) async throws {
        let count = Campaign.count(ci: 5_000, long: 100_000)
        let machine = try await Machine.make(onServer: isOnServer)
        for number in 0..<Self.tenants { try await machine.addTenant("t\(number)") }
        let bad = count / 2 + 1
        let text = (1...count).map { $0 == bad ? #"{"tenant":"t1","provider":"openai"}"# : Self.line($0) }
        let file = try machine.home.write(text.joined(separator: "\n") + "\n", to: "keys.jsonl")
        let began = ContinuousClock.now
        let done = try await machine.run("keys", "import", file, "--no-probe", "--json")
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        print(
            "\(count) keys imported into \(isOnServer ? "PostgreSQL" : "SQLite"): \(Int(Double(count) / seconds)) a second"
        )
        #expect(done.status == 65 && done.json as? [String: Int] == ["imported": count - 1, "refused": 1])
        #expect(done.errors == "line \(bad): field key is missing\n")
        for counted in ["stored_key", "key_health", "audit_entry WHERE event = 'key.added'"] {
            #expect(try await machine.value("SELECT count(*) FROM \(counted)") == "\(count - 1)", "\(counted)")
        }
        #expect(try await machine.value("SELECT sum(keys) FROM key_count WHERE status = 'active'") == "\(count - 1)")
        try await expectExport(of: count, without: bad, machine)
        try await expectOneTenant(machine)
    }

    /// A line of the import; over all lines each field occurs. Of a scope's keys marked as default the last one is.
    private static func line(_ number: Int) -> String {
        let isAzure = number % 3 == 0
        let key =
            isAzure
            ? "ab12\(mark)\(number)".padding(toLength: 40, withPad: "f", startingAt: 0)
            : "sk-proj-\(mark)\(number)zzzzzzzzzzzzzzzz"
        var fields = [
            #""tenant":"t\#(number % tenants)""#, #""provider":"\#(isAzure ? "azure_openai" : "openai")""#,
            #""key":"\#(key)""#,
            #""label":"Größe \#(number)""#, #""default":\#(number % 7 == 0)"#,
        ]
        if isAzure { fields.append(#""params":{"resource":"r\#(number % 50)"}"#) }
        if number % 2 == 0 { fields.append(#""scope":"project:\#(number % 40)""#) }
        if number % 5 == 0 { fields.append(#""expires":"2099-12-31""#) }
        return "{\(fields.joined(separator: ","))}"
    }

    private func expectExport(of count: Int, without bad: Int, _ machine: Machine) async throws {
        let exported = try await machine.run("keys", "export")
        #expect(exported.status == 0 && exported.errors.isEmpty)
        #expect(!exported.output.contains(Self.mark))
        let lines = exported.jsonLines
        #expect(lines.count == count - 1)
        let wanted = try (1...count).filter { $0 != bad }.map { try Self.fields(Self.line($0)) }
        let places = Set(wanted.filter(\.isDefault).map(\.place))
        let found = lines.map(Self.fields)
        #expect(Set(found.map(\.text)) == Set(wanted.map(\.text)))
        #expect(found.filter(\.isDefault).map(\.place).sorted() == places.sorted())
        let one = try #require(lines.first)
        #expect(one["status"] as? String == "active")
        #expect(one["version"] as? Int == 1)
        #expect(one["finding"] is NSNull)
        #expect(UUID(uuidString: one["id"] as? String ?? "") != nil && (one["next_probe_at"] as? String)?.count == 24)
    }

    private static func fields(_ line: String) throws -> Fields {
        fields(try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]))
    }

    private static func fields(_ line: [String: Any]) -> Fields {
        func text(_ name: String) -> String { line[name] as? String ?? "" }
        let place = ["tenant", "scope", "provider"].map(text).joined(separator: " ")
        let params = (line["params"] as? [String: String] ?? [:]).map { "\($0)=\($1)" }.joined()
        // The import gives a day; the export has its last second.
        let day = text("expires").prefix(10)
        return Fields(
            place: place, text: "\(place) \(text("label")) \(params) \(day)",
            isDefault: line["default"] as? Bool ?? false)
    }

    private struct Fields {
        let place: String
        let text: String
        let isDefault: Bool
    }

    private func expectOneTenant(_ machine: Machine) async throws {
        let filter = ["--tenant", "t3", "--provider", "azure_openai"]
        let some = try await machine.start(["keys", "export", "--status", "active"] + filter).finish().jsonLines
        let listed = try await machine.start(["keys", "list", "--json"] + filter).finish().jsonLines
        #expect(!some.isEmpty && some.count == listed.count)
        #expect(some.allSatisfy { $0["tenant"] as? String == "t3" && $0["provider"] as? String == "azure_openai" })
        #expect(try await machine.run("keys", "export", "--status", "revoked").output.isEmpty)
    }
}
