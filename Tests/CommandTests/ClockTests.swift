import Foundation
import TestSupport
import Testing

/// Runners whose clocks are wrong, on a server whose clock counts (C5).
///
/// Under libfaketime one start in a hundred or so hangs, its libdispatch waiting for a timer that never comes; no start
/// without it ever did. So CI does not run this.
@Suite("A runner with a wrong clock", .serialized, .enabled(if: Campaign.isLong, "libfaketime loses timers"))
struct ClockTests {
    /// Clock errors, as `faketime` arguments. The last clock stands still and steps back an hour during a run.
    private static let errors = ["-1h", "+1h", "-7d", "+7d", "+0 x2", "-1h x2", "%"]

    @Test("Every due key is probed once, no other key is, and no stored time is wrong")
    func wrong() async throws {
        let machine = try await Machine.onServer()
        // So slow that a run outlasts its clock's step.
        let slow = Machine.settings(port: machine.port).replacing(
            "rate_per_second: 10000", with: "rate_per_second: 100")
        try machine.write(settings: slow)
        try await machine.importMany(90)
        try await machine.moveTurns()
        try await machine.execute(
            "UPDATE key_health SET next_probe_at = date_trunc('second', now()) + interval '1 hour' WHERE slice % 2 = 1")
        for error in Self.errors {
            var row = CampaignRow("C5", isOnServer: true, injected: "clock of \(error == "%" ? "0, then -1h" : error)")
            for number in 0..<Campaign.count(ci: 2, long: 50) {
                // Alternately alone and beside a runner with the right clock.
                try await play(error, isAlone: number % 2 == 0, on: machine, &row)
                row.times += 1
            }
            try await machine.expectInvariants(machine.inspection(), &row)
            row.print()
        }
    }

    private func play(_ error: String, isAlone: Bool, on machine: Machine, _ row: inout CampaignRow) async throws {
        try await machine.execute(
            "UPDATE key_health SET next_probe_at = date_trunc('second', now()) - interval '2 hours' WHERE slice % 2 = 0"
        )
        let due = try await number(machine, "key_health WHERE slice % 2 = 0")
        let before = try await number(machine, "audit_entry WHERE event = 'key.probed'")
        var programs = [try start(machine, error)]
        if !isAlone {
            programs.append(try machine.start(["run", "--no-notify"], environment: ["KEYVIGIL_TEST_CLOCK_OFFSET": ""]))
        }
        if error == "%" {
            try await Task.sleep(for: .milliseconds(400))
            try set(machine, to: -3_600)
        }
        for program in programs {
            let done = await program.finish()
            #expect(done.status == 0, "\(error): \(done)")
        }
        let asked = try await number(machine, "audit_entry WHERE event = 'key.probed'") - before
        #expect(asked == due, "\(error): each due key once, and no other")
        row.lost += abs(asked - due)
        // A clock at double speed stores times a moment ahead, and no run probes a key that was checked after the run
        // began.
        if error.hasSuffix("x2") { try await Task.sleep(for: .seconds(2)) }
        row.lost += try await expectRightTimes(machine)
    }

    private func number(_ machine: Machine, _ rows: String) async throws -> Int {
        Int(try await machine.value("SELECT count(*) FROM \(rows)") ?? "") ?? -1
    }

    /// The monotonic clock, which measures durations, is faked only with another speed.
    private func start(_ machine: Machine, _ error: String) throws -> Program {
        try set(machine, to: 0)
        var environment = machine.environment(["KEYVIGIL_TEST_CLOCK_OFFSET": ""])
        environment["FAKETIME_FOLLOW_FILE"] = machine.home.path("clock")
        environment["FAKETIME_NO_CACHE"] = "1"
        if !error.hasSuffix("x2") { environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1" }
        return try Program(
            ["-m", "-f", error, Program.path, "run", "--no-notify"], program: "/usr/bin/faketime",
            environment: environment)
    }

    /// Sets the clock that stands still, which is a file's modification time.
    private func set(_ machine: Machine, to seconds: TimeInterval) throws {
        let clock = try machine.home.write("", to: "clock")
        try FileManager.default.setAttributes([.modificationDate: Date() + seconds], ofItemAtPath: clock)
    }

    /// Expects that all stored times are within minutes of the server's; returns the number of others.
    private func expectRightTimes(_ machine: Machine) async throws -> Int {
        let wrong = try await machine.column(
            """
            SELECT 'audit row at ' || at FROM audit_entry WHERE abs(extract(epoch FROM now() - at)) > 600
            UNION ALL SELECT 'run at ' || started_at FROM run
            WHERE abs(extract(epoch FROM now() - started_at)) > 600 OR finished_at < started_at
            UNION ALL SELECT 'check at ' || last_checked_at FROM key_health
            WHERE abs(extract(epoch FROM now() - last_checked_at)) > 600
            UNION ALL SELECT 'turn at ' || next_probe_at FROM key_health
            WHERE next_probe_at < now() - interval '3 hours' OR next_probe_at > now() + interval '6 days 1 minute'
            UNION ALL SELECT 'lease to ' || lease_end FROM slice_lease WHERE lease_end > now() + interval '301 s'
            UNION ALL SELECT 'budget from ' || free_from FROM provider_budget WHERE free_from > now() + interval '1 minute'
            """)
        #expect(wrong.isEmpty)
        return wrong.count
    }
}
