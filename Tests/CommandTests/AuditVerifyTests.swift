import Foundation
import Testing

@Suite("keyvigil audit verify", .serialized)
struct AuditVerifyTests {
    /// Two tenants, a key, and a job that checked it.
    private func machineWithJob() async throws -> (machine: Machine, job: String) {
        let machine = try await Machine()
        try await machine.addTenant()
        try await machine.addTenant("birch")
        _ = try await machine.addKey()
        let run = try await machine.run("run", "--all", "--json", days: 1)
        return (machine, try #require(run.text("run")))
    }

    private func tamper(_ machine: Machine, _ sql: String) async throws {
        try await machine.execute("DROP TRIGGER IF EXISTS audit_entry_no_update")
        try await machine.execute("DROP TRIGGER IF EXISTS audit_entry_no_delete")
        try await machine.execute(sql)
    }

    @Test("An unchanged audit log is verified, and the command says what it cannot detect")
    func clean() async throws {
        let (machine, job) = try await machineWithJob()
        let rows = try #require(try await machine.value("SELECT count(*) FROM audit_entry"))
        let done = try await machine.run("audit", "verify")
        #expect(done.status == 0 && done.errors == "", "\(done)")
        let lines = done.output.split(separator: "\n")
        #expect(lines.count == 2 && lines.first == "\(rows) rows in 4 runs: the chain holds", "\(done)")
        #expect(lines.last?.contains("a run removed whole, or a backup put back") == true)
        let json = try await machine.run("audit", "verify", "--json")
        #expect(json.status == 0 && json.output == #"{"runs":4,"rows":\#(rows),"broken":[]}"# + "\n", "\(json)")
        let one = try await machine.run("audit", "verify", "--json", "--run", job.uppercased())
        #expect(one.status == 0, "\(one)")
        #expect(one.number("runs") == 1, "\(one)")
        #expect((one.number("rows") ?? 0) > 2, "\(one)")
        let help = try await machine.run("help", "audit", "verify")
        #expect(help.output.contains("checkpoints that are signed"), "\(help)")
    }

    @Test("A changed row gives status 3 and is named by run and number; other runs still verify")
    func changed() async throws {
        let (machine, job) = try await machineWithJob()
        try await tamper(
            machine, "UPDATE audit_entry SET finding = 'revoked' WHERE run_id = '\(job)' AND event = 'key.probed'")
        let row = try #require(
            try await machine.value("SELECT seq FROM audit_entry WHERE run_id = '\(job)' AND event = 'key.probed'"))
        let done = try await machine.run("audit", "verify")
        #expect(done.status == 3, "\(done)")
        #expect(done.output.contains(job) && done.output.contains("the row was changed after it was written"))
        #expect(
            done.errors
                == "keyvigil: 1 of 4 runs in the audit log are broken; keep a copy of the store as it is and compare it with a backup\n"
        )
        let json = try await machine.run("audit", "verify", "--json")
        #expect(json.status == 3)
        let broken = try #require(json.json["broken"] as? [[String: Any]])
        #expect(broken.count == 1)
        #expect(broken.first?["run"] as? String == job)
        #expect(broken.first?["seq"] as? Int == Int(row))
        let before = try #require(Int(row)) - 1
        #expect(
            broken[0]["problem"] as? String
                == "the row was changed after it was written, or row \(before) was written anew")
        let other = try #require(try await machine.value("SELECT id FROM run WHERE kind = 'command'"))
        #expect(try await machine.run("audit", "verify", "--run", other).status == 0)
    }

    @Test("A finished job without its last row gives status 3; a killed job has none and verifies")
    func endMissing() async throws {
        let (machine, job) = try await machineWithJob()
        try await tamper(machine, "DELETE FROM audit_entry WHERE run_id = '\(job)' AND event = 'run.finished'")
        let done = try await machine.run("audit", "verify")
        #expect(done.status == 3 && done.output.contains("the run finished, and no row says so"), "\(done)")
        try await machine.execute("UPDATE run SET finished_at = NULL, outcome = NULL WHERE id = '\(job)'")
        #expect(try await machine.run("audit", "verify").status == 0)
    }

    @Test("An unknown run is bad input")
    func unknownRun() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let done = try await machine.run("audit", "verify", "--run", "00000000-0000-0000-0000-000000000000")
        #expect(done.status == 65 && done.errors.contains("there is no run with this id"), "\(done)")
    }
}
