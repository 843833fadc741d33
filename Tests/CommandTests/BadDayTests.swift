import Foundation
import TestSupport
import Testing

@Suite("A provider's bad day", .serialized)
struct BadDayTests {
    /// Sixty living keys of one provider, days after they were found alive, at a rate that leaves time for an incident.
    private func machine() async throws -> Machine {
        let machine = try await Machine()
        try await machine.addTenant()
        var keys: [(String, String, String)] = []
        for _ in 0..<60 { keys.append(("acme", "openai", try await machine.newSecret("openai"))) }
        try await machine.importKeys(keys)
        #expect(try await machine.run("run").status == 0)
        let slow = Machine.settings(port: machine.port).replacing("rate_per_second: 10000", with: "rate_per_second: 20")
        try machine.write(settings: slow)
        return machine
    }

    private func mailsToOperators(_ machine: Machine) throws -> [String] {
        try machine.mails().values.filter { $0.contains("To: ops@platform.example") }
    }

    @Test("If it refuses all keys during a run, no key is disabled, operators are told once, and the job resumes")
    func refusesEverybody() async throws {
        let machine = try await machine()
        let before = await machine.simulator.requestCount(provider: "openai")
        let programs = try (0..<3).map { _ in try machine.start(["run", "--all", "--json"], days: 6.8) }
        try await until { await machine.simulator.requestCount(provider: "openai") >= before + 15 }
        try await machine.simulator.set(provider: "openai", scenario: .invalid)
        var statuses: [Int32] = []
        for program in programs {
            let done = await program.finish()
            #expect(done.number("transitions", "disabled") == 0, "\(done)")
            statuses.append(done.status)
        }
        #expect(statuses.contains(3) && statuses.allSatisfy { [0, 3, 75].contains($0) })
        #expect(try mailsToOperators(machine).count == 1)
        #expect(try await machine.events("breaker.opened") == 1)

        #expect(try await machine.run("run", days: 6.9).status == 3)
        #expect(try mailsToOperators(machine).count == 1)

        try await machine.simulator.set(provider: "openai", scenario: nil)
        let next = try await machine.run("run", "--json", days: 7.9)
        #expect(next.status == 0, "\(next)")
        #expect((next.number("transitions", "cleared") ?? 0) > 3)
        #expect(try await machine.events("breaker.closed") == 1)
        #expect(try mailsToOperators(machine).count == 2)
        #expect(try await machine.value("SELECT count(*) FROM key_health WHERE status = 'active'") == "60")
        #expect(try await machine.value("SELECT count(*) FROM key_health WHERE suspected_since IS NOT NULL") == "0")
    }

    private func until(_ condition: () async -> Bool) async throws {
        for _ in 0..<600 {
            if await condition() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("it did not come to that within 30 seconds")
    }
}
