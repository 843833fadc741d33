import Foundation
import Testing

@Suite("What programs read from the output", .serialized)
struct InterfaceTests {
    @Test("`run --json` has the interface's fields, every number included")
    func runFields() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        _ = try await machine.addKey("openai")
        let json = try await machine.run("run", "--all", "--json", days: 1).json
        #expect(
            Set(json.keys).isSuperset(of: [
                "run", "started", "finished", "outcome", "dry_run", "keys", "findings", "transitions", "providers",
                "notices", "coverage",
            ]))
        #expect(names(json["keys"]).isSuperset(of: ["due", "probed", "alive", "dead", "unknown"]))
        #expect(
            names(json["transitions"]) == ["suspected", "cleared", "disabled", "recovered", "held", "capped"])
        #expect(names(json["notices"]) == ["queued", "sent", "deferred", "failed"])
        #expect(names(json["coverage"]).isSuperset(of: ["period_days", "enabled", "covered", "overdue"]))
        let provider = (json["providers"] as? [String: Any])?["openai"]
        #expect(
            names(provider) == [
                "probed", "alive", "dead", "unknown", "breaker", "negative_control", "positive_control",
            ])
        #expect(json["findings"] as? [String: Int] == ["valid": 1])
        #expect(json["dry_run"] as? Bool == false)
        #expect(json["outcome"] as? String == "complete")
        #expect((json["started"] as? String)?.hasSuffix("Z") == true)
        #expect(UUID(uuidString: json["run"] as? String ?? "") != nil)
    }

    @Test("`keys show --json` has exactly the interface's fields, and never the key")
    func keyFields() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let key = try await machine.addKey(
            "openai", "--label", "Main", "--scope", "project:42", "--default", "--expires", "2099-12-31")
        let json = try await machine.show(key)
        #expect(
            names(json) == [
                "id", "tenant", "provider", "label", "scope", "prefix", "hint", "status", "disabled_by", "finding",
                "verdict", "suspected_since", "last_checked_at", "next_probe_at", "version", "is_default",
                "expires_at", "created_at",
            ])
        #expect(json["id"] as? String == key.id)
        #expect(json["tenant"] as? String == "acme")
        #expect(json["label"] as? String == "Main")
        #expect(json["scope"] as? String == "project:42")
        #expect(json["prefix"] as? String == String(key.secret.prefix(8)))
        #expect(json["status"] as? String == "active")
        #expect(json["disabled_by"] is NSNull)
        #expect(json["finding"] as? String == "valid")
        #expect(json["verdict"] as? String == "alive")
        #expect(json["version"] as? Int == 1)
        #expect(json["is_default"] as? Bool == true)
        #expect(json["expires_at"] as? String == "2099-12-31T23:59:59.000Z")
    }

    @Test("`check --json` has exactly the interface's fields", arguments: [true, false])
    func checkFields(isAlive: Bool) async throws {
        let machine = try await Machine()
        let secret = try await machine.newSecret("openai", isAlive ? .valid : .invalid)
        let checked = try await machine.run("check", "--provider", "openai", "--json", "-", stdin: secret)
        #expect(checked.status == (isAlive ? 0 : 1))
        #expect(
            names(checked.json) == [
                "provider", "source", "verdict", "finding", "http_status", "provider_code", "prefix", "latency_ms",
            ])
        #expect(checked.text("source") == "stdin")
        #expect(checked.text("verdict") == (isAlive ? "alive" : "dead"))
        #expect(checked.text("prefix") == String(secret.prefix(8)))
        #expect(checked.number("http_status") == (isAlive ? 200 : 401))
    }

    @Test("`audit list --json` has the interface's fields, one object a line, filtered as asked")
    func auditFields() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        try await machine.addTenant("birch")
        let key = try await machine.addKey()
        let all = try await machine.run("audit", "list", "--json")
        #expect(all.jsonLines.count == all.output.split(separator: "\n").count)
        for line in all.jsonLines {
            #expect(
                names(line).isSuperset(of: [
                    "id", "at", "run", "seq", "event", "key_id", "tenant", "provider", "key_prefix", "finding",
                    "http_status", "provider_code", "request_id", "details", "hash",
                ]))
        }
        let ofKey = try await machine.run("audit", "list", "--json", "--key", key.id.uppercased()).jsonLines
        #expect(ofKey.compactMap { $0["event"] as? String } == ["key.added"])
        let ofTenant = try await machine.run("audit", "list", "--json", "--tenant", "birch").jsonLines
        #expect(ofTenant.compactMap { $0["event"] as? String } == ["tenant.added"])
        let ofEvent = try await machine.run("audit", "list", "--json", "--event", "tenant.added").jsonLines
        #expect(ofEvent.count == 2)
        #expect(try await machine.run("audit", "list", "--json", "--until", "2020-01-01").output == "")
        #expect(try await machine.run("audit", "list", "--json", "--since", "2020-01-01").jsonLines.count == 3)
    }

    @Test("`status --json` counts keys and names the last run")
    func status() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        _ = try await machine.addKey()
        let before = try await machine.run("status", "--json")
        #expect(before.status == 0, "\(before)")
        #expect(before.json["last_run"] is NSNull)
        #expect(before.number("enabled") == 1)
        #expect(before.number("covered") == 1)
        let run = try await machine.run("run", "--json").text("run")
        #expect(try await machine.run("status", "--json").text("last_run") == run)
        let late = try await machine.run("status", "--json", days: 8)
        #expect(late.status == 3, "an overdue key is for a person to look at")
        #expect(late.number("overdue") == 1)
    }

    @Test("Without --json a run in cron prints one line, without colour")
    func plainRun() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        _ = try await machine.addKey()
        let run = try await machine.run("run", "--all", days: 1)
        #expect(run.status == 0)
        #expect(run.output.split(separator: "\n").count == 1)
        #expect(run.output.contains("probed=1 alive=1 dead=0 unknown=0"))
        #expect(!(run.output + run.errors).contains("\u{1b}"))
        #expect(run.errors == "")
    }

    private func names(_ value: Any?) -> Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
}
