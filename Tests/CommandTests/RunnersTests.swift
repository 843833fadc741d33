import Foundation
import TestSupport
import Testing

/// Several runners on one server, killed and paused at will.
@Suite("Runners that come and go", .serialized)
struct RunnersTests {
    private func importKeys(_ count: Int, on machine: Machine) async throws {
        try await machine.addTenant()
        var keys: [(tenant: String, provider: String, secret: String)] = []
        for number in 0..<count {
            keys.append(
                (
                    "acme", number % 3 == 0 ? "groq" : "openai",
                    try await machine.newSecret(number % 3 == 0 ? "groq" : "openai")
                ))
        }
        try await machine.importKeys(keys)
    }

    private func expectOnce(_ count: Int, on machine: Machine) async throws {
        let probed = "FROM audit_entry WHERE event = 'key.probed'"
        #expect(try await machine.value("SELECT count(*) \(probed)") == "\(count)")
        #expect(try await machine.value("SELECT count(DISTINCT key_id) \(probed)") == "\(count)")
        #expect(try await machine.value("SELECT count(*) FROM key_health WHERE last_finding = 'valid'") == "\(count)")
        // A killed runner's lease stands until its time is over, or somebody on its machine wants the slice.
        #expect(
            try await machine.value("SELECT count(*) FROM slice_lease WHERE lease_end > now() + interval '301 s'")
                == "0")
        #expect(try await machine.runsWithGaps() == [])
        let verified = try await machine.run("audit", "verify")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test("Eight runners, one of them killed all the time: each key is written once, and all are done (C2)")
    func killed() async throws {
        let count = Campaign.count(ci: 600, long: 10_000)
        let machine = try await Machine.onServer()
        try await importKeys(count, on: machine)
        var programs = try (0..<8).map { _ in try machine.start(["run", "--no-notify"]) }
        var kills = 0
        let end = ContinuousClock.now + .seconds(600)
        while try await machine.value("SELECT count(*) FROM key_health WHERE last_checked_at IS NULL") != "0" {
            try #require(ContinuousClock.now < end, "\(kills) kills, and not done")
            try await Task.sleep(for: .milliseconds(100))
            let one = Int.random(in: programs.indices)
            kill(programs[one].processIdentifier, SIGKILL)
            _ = await programs[one].finish()
            programs[one] = try machine.start(["run", "--no-notify"])
            kills += 1
        }
        for program in programs { _ = await program.finish() }
        let last = try await machine.run("run", "--json", "--no-notify")
        #expect(last.status == 0 && last.number("keys", "due") == 0, "\(last)")
        try await expectOnce(count, on: machine)
    }

    @Test(
        "A runner that was paused past its lease writes nothing when it goes on, whoever has its keys by then (C3)",
        arguments: ["keysRead", "answersIn", "leasesTaken"])
    func paused(place: String) async throws {
        for _ in 0..<Campaign.count(ci: 2, long: 200) {
            let machine = try await Machine.onServer()
            try await importKeys(30, on: machine)
            let paused = try machine.start(
                ["run", "--no-notify"],
                environment: ["KEYVIGIL_FAILPOINT": "\(place):1:stop", "KEYVIGIL_TEST_LEASE": "1"])
            try await waitUntilStopped(paused.processIdentifier)
            try await Task.sleep(for: .milliseconds(1_200))
            let other = try await machine.run("run", "--json", "--no-notify")
            #expect(other.status == 0 && other.number("keys", "probed") == 30, "\(other)")
            kill(paused.processIdentifier, SIGCONT)
            let late = await paused.finish()
            // One that had not read a key yet may find none that is due.
            #expect(late.status == 75 || (place == "leasesTaken" && late.status == 0), "\(late)")
            try await expectOnce(30, on: machine)
        }
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
