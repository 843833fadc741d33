import Foundation
import TestSupport
import Testing

/// Concurrent writers of the audit log.
@Suite("Writers of the audit log", .serialized)
struct WritersTests {
    @Test(
        "Eight writers, one of them killed repeatedly, leave unbroken chains and an audit row for each change (A3)",
        arguments: [false, true])
    func killed(isOnServer: Bool) async throws {
        let machine = try await Machine.make(onServer: isOnServer)
        try await machine.importMany(60)
        let keys = try await machine.column("SELECT id FROM stored_key ORDER BY id LIMIT 20")
        var row = CampaignRow("A3", isOnServer: isOnServer, injected: "SIGKILL of one of 8 writers every 100 ms")
        let wanted = Campaign.count(ci: 400, long: 25_000)
        var programs = try (0..<8).map { _ in try start(on: machine, keys) }
        var rows = 0
        let end = ContinuousClock.now + .seconds(1200)
        while rows < wanted {
            try #require(ContinuousClock.now < end, "\(rows) rows")
            try await Task.sleep(for: .milliseconds(100))
            let one = Int.random(in: programs.indices)
            if programs[one].signal(SIGKILL) { row.times += 1 }
            for (number, program) in programs.enumerated() where program.isOver {
                _ = await program.finish()
                programs[number] = try start(on: machine, keys)
            }
            rows = Int(try await machine.value("SELECT count(*) FROM audit_entry") ?? "") ?? 0
        }
        for program in programs { _ = await program.finish() }
        let verified = try await machine.run("audit", "verify")
        #expect(verified.status == 0, "\(verified)")
        try await machine.expectInvariants(machine.inspection(), &row)
        row.print("\(rows) rows")
    }

    /// Starts a run, or an operator's command that interferes with runs.
    private func start(on machine: Machine, _ keys: [String]) throws -> Program {
        let key = keys.randomElement() ?? ""
        let commands = [
            ["keys", "disable", key], ["keys", "enable", key], ["keys", "test", key], ["keys", "set-default", key],
            ["tenants", "set", "acme", "--name", "Acme"],
        ]
        let isRun = Bool.random()
        return try machine.start(isRun ? ["run", "--all", "--no-notify"] : commands.randomElement() ?? [])
    }
}
