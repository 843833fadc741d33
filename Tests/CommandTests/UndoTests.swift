import Foundation
import Testing

@Suite("keyvigil undo", .serialized)
struct UndoTests {
    /// A run that disabled one of two keys: the machine, the run's id and that key.
    private func disablingRun(_ arguments: String...) async throws -> (machine: Machine, run: String, key: Stored) {
        let machine = try await Machine()
        let (dying, _) = try await machine.suspectOneOfTwo()
        let run = try await machine.start(["run", "--all", "--json"] + arguments, days: 8.1).finish()
        #expect(run.number("transitions", "disabled") == 1, "\(run)")
        return (machine, try #require(run.text("run")), dying)
    }

    private func notices(_ machine: Machine) async throws -> [[String]] {
        try await machine.rows("SELECT kind, state FROM notice ORDER BY created_at, kind DESC", columns: 2)
    }

    @Test("The keys that a run disabled are enabled and due at once, and the tenants that were mailed are told")
    func undo() async throws {
        let (machine, run, key) = try await disablingRun()
        let health = "SELECT group_concat(status || coalesce(next_probe_at, '')) FROM key_health"
        let before = try await machine.value(health)
        let planned = try await machine.run("undo", "--run", run, "--dry-run", days: 8.2)
        #expect(planned.status == 0 && planned.output.contains("would enable 1 of 1 keys"), "\(planned)")
        #expect(try await machine.value(health) == before)
        #expect(try await machine.events("key.enabled") == 0)

        let done = try await machine.run("undo", "--run", run.uppercased(), days: 8.2)
        #expect(done.status == 0 && done.output.contains("enabled 1 of 1 keys"), "\(done)")
        let shown = try await machine.show(key)
        #expect(shown["status"] as? String == "active" && shown["suspected_since"] is NSNull)
        let row = try #require(
            try await machine.run("audit", "list", "--json", "--event", "key.enabled").jsonLines.first)
        #expect(row["details"] as? String == #"{"undone_run":"\#(run)","v":1}"# && row["run"] as? String != run)
        #expect(try await notices(machine) == [["key_disabled", "mailed"], ["key_works_again", "waiting"]])

        try await machine.strike(key, .valid)
        _ = try await machine.run("run", days: 8.2)
        #expect(try machine.mails().count == 4, "two addresses, told twice")
        #expect(try await notices(machine).last == ["key_works_again", "mailed"])
        let again = try await machine.run("undo", "--run", run, "--json", days: 8.3)
        #expect(again.status == 0 && (again.json["enabled"] as? [Any])?.isEmpty == true, "\(again)")
        let unchanged = try #require((again.json["unchanged"] as? [[String: Any]])?.first)
        #expect(unchanged["reason"] as? String == "inUse" && unchanged["key_id"] as? String == key.id)
    }

    @Test("A disabling that was undone before its mail was composed is not reported")
    func untold() async throws {
        let (machine, run, _) = try await disablingRun("--no-notify")
        let done = try await machine.run("undo", "--run", run, "--json", days: 8.2)
        #expect(done.number("notices_owed") == 0 && (done.json["enabled"] as? [Any])?.count == 1, "\(done)")
        _ = try await machine.run("run", days: 8.2)
        #expect(try machine.mails().isEmpty)
        #expect(try await notices(machine) == [["key_disabled", "dropped"]])
    }

    @Test("A key that is still refused is suspected anew, with the whole gap")
    func refusedAgain() async throws {
        let (machine, run, key) = try await disablingRun()
        _ = try await machine.run("undo", "--run", run, days: 8.2)
        let first = try await machine.run("run", "--all", "--json", days: 8.2)
        #expect(
            first.number("transitions", "suspected") == 1 && first.number("transitions", "disabled") == 0, "\(first)")
        #expect(try await machine.run("run", "--all", "--json", days: 8.5).number("transitions", "disabled") == 0)
        #expect(try await machine.show(key)["status"] as? String == "active")
        #expect(try machine.mails().count == 2, "no mail says that a suspected key works again")
        #expect(try await machine.run("run", "--all", "--json", days: 9.3).number("transitions", "disabled") == 1)
        let late = try await machine.run("undo", "--run", run, days: 9.4)
        #expect(late.output.contains("was disabled anew by a later run"), "\(late)")
    }

    @Test(
        "A key that was changed since is left unchanged, with the reason",
        arguments: [
            ("disable", "was disabled by an operator since"), ("revoke", "was revoked"), ("delete", "was deleted"),
            ("enable", "is in use already"),
        ])
    func changed(how: String, reason: String) async throws {
        let (machine, run, key) = try await disablingRun()
        _ = try await machine.run("keys", how, key.id, days: 8.2)
        let before = try await machine.column("SELECT status FROM key_health ORDER BY status")
        let done = try await machine.run("undo", "--run", run, days: 8.3)
        #expect(done.status == 0 && done.output.contains(reason), "\(done)")
        #expect(done.output.contains("enabled 0 of 1 keys"), "\(done)")
        #expect(try await machine.column("SELECT status FROM key_health ORDER BY status") == before)
    }

    @Test("A key whose tenant has switched BYOK off is enabled and not probed")
    func switchedOff() async throws {
        let (machine, run, key) = try await disablingRun()
        _ = try await machine.run("tenants", "set", "acme", "--byok", "off", days: 8.2)
        _ = try await machine.run("undo", "--run", run, days: 8.3)
        let shown = try await machine.show(key)
        #expect(shown["status"] as? String == "active" && shown["next_probe_at"] is NSNull, "\(shown)")
    }

    @Test("A run that disabled nothing is accepted; an unknown run is refused")
    func nothing() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        _ = try await machine.addKey()
        let run = try #require(try await machine.run("run", "--all", "--json", days: 1).text("run"))
        let none = try await machine.run("undo", "--run", run)
        #expect(none.status == 0 && none.output == "this run disabled no key; nothing to do\n", "\(none)")
        let unknown = try await machine.run("undo", "--run", UUID().uuidString)
        #expect(unknown.status == 65 && unknown.errors.contains("there is no run with this id"), "\(unknown)")
        #expect(try await machine.run("undo", "--run", "yesterday").status == 64)
    }
}
