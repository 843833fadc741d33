import Foundation
import TestSupport
import Testing

/// Several runners on one store, some killed or paused.
@Suite("Runners that come and go", .serialized)
struct RunnersTests {
    private func expectResults(
        _ count: Int, aKey: Int, on machine: Machine, days: Double = 0, _ row: inout CampaignRow
    ) async throws {
        let valid = try await machine.value("SELECT count(*) FROM key_health WHERE last_finding = 'valid'")
        #expect(valid == "\(count)")
        var inspection = try machine.inspection(days: days)
        inspection.resultsAKey = aKey
        try await machine.expectInvariants(inspection, &row)
    }

    @Test(
        "Of eight runners one is killed repeatedly: each key is written once, and all are checked (C2)",
        arguments: [false, true])
    func killed(isOnServer: Bool) async throws {
        let count = Campaign.count(ci: 600, long: 10_000)
        let machine = try await Machine.make(onServer: isOnServer)
        try await machine.importMany(count)
        try await machine.moveTurns()
        var row = CampaignRow("C2", isOnServer: isOnServer, injected: "SIGKILL of one of 8 runners every 100 ms")
        var programs = try (0..<8).map { _ in try machine.start(["run", "--no-notify"]) }
        let end = ContinuousClock.now + .seconds(1200)
        while try await machine.value("SELECT count(*) FROM key_health WHERE last_checked_at IS NULL") != "0" {
            try #require(ContinuousClock.now < end, "\(row.times) kills, and not done")
            try await Task.sleep(for: .milliseconds(100))
            let one = Int.random(in: programs.indices)
            if programs[one].signal(SIGKILL) { row.times += 1 }
            _ = await programs[one].finish()
            programs[one] = try machine.start(["run", "--no-notify"])
        }
        for program in programs { _ = await program.finish() }
        let last = try await machine.run("run", "--json", "--no-notify")
        #expect(last.status == 0 && last.number("keys", "due") == 0, "\(last)")
        try await expectResults(count, aKey: 1, on: machine, &row)
        row.print("\(count) keys")
    }

    @Test(
        "Of five concurrent runs each key is probed by one; one runner disables and sends the mail (U3)",
        arguments: [false, true])
    func overlapping(isOnServer: Bool) async throws {
        let machine = try await Machine.make(onServer: isOnServer)
        _ = try await machine.suspectOneOfTwo()
        let count = Campaign.count(ci: 300, long: 5_000)
        try await machine.importMany(count, tenant: "birch", days: 8)
        try await machine.moveTurns(beyond: 8)
        var row = CampaignRow("U3", isOnServer: isOnServer, injected: "5 starts at once")
        let programs = try (0..<5).map { _ in try machine.start(["run", "--json"], days: 8.01) }
        var probed = 0
        var disabled = 0
        var sent = 0
        for program in programs {
            let done = await program.finish()
            #expect(done.status == 0, "\(done)")
            probed += done.number("keys", "probed") ?? 0
            disabled += done.number("transitions", "disabled") ?? 0
            sent += done.number("notices", "sent") ?? 0
        }
        row.times = 5
        #expect((count + 1...count + 2).contains(probed), "\(probed)")
        #expect(disabled == 1)
        #expect(sent == 2)
        #expect(try await !machine.hasLeases())
        try await machine.expectInvariants(machine.inspection(days: 8.01), &row)
        row.print("\(count) keys")
    }

    /// On SQLite a process paused inside a transaction keeps the file locked, so only fail-points outside one are used.
    @Test(
        "A runner paused past its lease writes nothing when it resumes, also if another runner has its keys (C3)",
        arguments: [
            (false, "leasesTaken"), (true, "leasesTaken"), (true, "keysRead"), (true, "answersIn"),
            (true, "batchWritten"),
        ])
    func paused(isOnServer: Bool, place: String) async throws {
        var row = CampaignRow("C3", isOnServer: isOnServer, injected: "SIGSTOP at \(place) past the lease's end")
        let wanted = Campaign.count(ci: 2, long: 200)
        while row.times < wanted { try await pause(min(20, wanted - row.times), at: place, isOnServer, &row) }
        row.print()
    }

    /// Simulates six days a turn: one runner is paused, and another does its work.
    private func pause(_ turns: Int, at place: String, _ isOnServer: Bool, _ row: inout CampaignRow) async throws {
        let machine = try await Machine.make(onServer: isOnServer)
        try await machine.importMany(30)
        try await machine.moveTurns()
        for turn in 0..<turns {
            let days = Double(turn) * 6
            let paused = try machine.start(
                ["run", "--json", "--no-notify"], days: days,
                environment: ["KEYVIGIL_FAILPOINT": "\(place):1:stop", "KEYVIGIL_TEST_LEASE": "1"])
            try await waitUntilStopped(paused.processIdentifier)
            // A runner paused in a transaction waits longer, until the server has ended the transaction.
            try await Task.sleep(for: .milliseconds(place == "batchWritten" ? 6_000 : 1_200))
            let other = try await machine.run("run", "--json", "--no-notify", days: days + 0.001)
            #expect(other.status == 0 && other.number("keys", "probed") == 30, "\(other)")
            paused.signal(SIGCONT)
            let late = await paused.finish()
            // A runner that had not read a key yet may find none due and succeed.
            #expect(late.status == 75 || (place == "leasesTaken" && late.status == 0), "\(late)")
            if ["leasesTaken", "keysRead"].contains(place) { #expect(late.number("keys", "probed") == 0, "\(late)") }
            row.times += 1
        }
        try await expectResults(30, aKey: turns, on: machine, days: Double(turns) * 6, &row)
    }

    private func waitUntilStopped(_ process: pid_t) async throws {
        for _ in 0..<1_000 {
            let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            if stat.split(separator: ")").last?.hasPrefix(" T") == true { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("it did not stop")
    }
}
