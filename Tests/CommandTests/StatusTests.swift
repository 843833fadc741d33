import Foundation
import Testing

@Suite("`status` shows the guard and the conditions", .serialized)
struct StatusTests {
    @Test("The audit log's first month and its size are shown", arguments: [false, true])
    func auditLog(isOnServer: Bool) async throws {
        let machine = try await Machine.make(onServer: isOnServer)
        try await machine.addTenant()
        let json = try await machine.run("status", "--json")
        let since = try #require(json.json["audit_since"] as? String)
        #expect(since.wholeMatch(of: /20\d\d-\d\d/) != nil)
        let months = objects(json, "audit_months")
        #expect(months.map { $0["month"] as? String } == (isOnServer ? [since] : []))
        #expect(months.allSatisfy { ($0["bytes"] as? Int ?? 0) > 0 })
        #expect((json.json["store_bytes"] as? Int ?? 0 > 0) == !isOnServer)
        #expect(try await machine.run("status").output.contains("since \(since)"))
    }

    @Test("Breakers and conditions are in the table and in JSON, with exit status 3, until they end")
    func breaker() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        for _ in 0..<4 {
            let secret = try await machine.newSecret("openai", .invalid)
            _ = try await machine.run(
                "keys", "add", "--tenant", "acme", "--provider", "openai", "--no-probe", stdin: secret)
        }
        let quiet = try await machine.run("status", "--json")
        #expect(quiet.status == 0)
        #expect(objects(quiet, "conditions").isEmpty)
        #expect(objects(quiet, "breakers").isEmpty)

        #expect(try await machine.run("run").status == 3)
        let json = try await machine.run("status", "--json")
        #expect(json.status == 3)
        let breakers = objects(json, "breakers")
        #expect(breakers.map { $0["provider"] as? String } == ["openai"])
        #expect(
            breakers.first?["key_type"] as? String == "standard" && breakers.first?["reason"] as? String == "noneAlive")
        let conditions = objects(json, "conditions")
        #expect(conditions.map { $0["kind"] as? String } == ["breaker"])
        #expect(conditions.first?["subject"] as? String == "openai/standard" && conditions.first?["count"] as? Int == 4)
        #expect((conditions.first?["since"] as? String)?.hasSuffix("Z") == true)
        #expect((conditions.first?["told"] as? String)?.hasSuffix("Z") == true)

        let table = try await machine.run("status")
        #expect(table.status == 3)
        #expect(table.output.contains("BREAKER OPEN"))
        #expect(table.output.contains("CONDITION"))
        #expect(table.output.contains("the breaker of openai (standard keys) is open"))
        #expect(try machine.mails().values.filter { $0.contains("To: ops@platform.example") }.count == 1)
    }

    @Test("Keys that cannot be checked are counted by finding, with who has to act")
    func uncheckable() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        _ = try await machine.addKey("openai")
        try await machine.execute(
            "UPDATE key_health SET last_finding = 'undecryptable', uncheckable_since = '2020-01-01T00:00:00.000Z'")
        let keys = objects(try await machine.run("status", "--json"), "uncheckable_keys")
        #expect(keys.count == 1 && keys.first?["finding"] as? String == "undecryptable")
        #expect(keys.first?["owner"] as? String == "operators" && keys.first?["keys"] as? Int == 1)
        let table = try await machine.run("status").output
        #expect(table.contains("CANNOT BE CHECKED") && table.contains("the master key is another one"))
    }

    private func objects(_ finished: Finished, _ name: String) -> [[String: Any]] {
        finished.json[name] as? [[String: Any]] ?? []
    }
}
