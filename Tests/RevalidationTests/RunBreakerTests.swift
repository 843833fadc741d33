import Database
import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Simulator
import TestSupport
import Testing

@testable import Revalidation

@Suite("The breaker in a run")
struct RunBreakerTests {
    /// Calls `body` a week after a run that found all of these keys alive, with all of them due.
    private func run(
        alive: Int, _ body: @Sendable (Platform, [TestKey]) async throws -> Void
    ) async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(alive)
            try await platform.revalidate()
            platform.clock.advance(days: 7)
            try await platform.makeDue(keys)
            try await body(platform, keys)
        }
    }

    @Test("Five of thirty refused at once open the breaker for a day; the first is disabled three days after that")
    func wholeStory() async throws {
        try await run(alive: 30) { platform, keys in
            let dead = keys.prefix(5)
            let living = Array(keys.dropFirst(5))
            for key in dead { try await platform.set(key, .invalid) }
            let first = try await platform.revalidate()
            #expect(first.transitions["suspected"] == 5 && first.providers["openai"]?.breaker == .open)
            #expect(first.exitStatus == 3)
            // On a slow machine the answers arrive in several batches, and the breaker opens before the last one.
            let sentence = /the breaker of openai \(standard\) is open: [45] of \d\d keys newly refused in 24 hours, .*/
            #expect(try first.attention.count == 1 && sentence.wholeMatch(in: first.attention.texts[0]) != nil)
            platform.clock.advance(days: 1)
            try await platform.makeDue(living)
            let second = try await platform.revalidate()
            #expect(second.keys.dead == 5)
            #expect(second.transitions["disabled"] == 0)
            #expect(second.exitStatus == 0)
            var disabled: [Double: Int] = [:]
            for hour in stride(from: 1.0, through: 80, by: 1) {
                platform.clock.advance(hours: 1)
                if Int(hour) % 24 == 0 { try await platform.makeDue(living) }
                let report = try await platform.revalidate()
                if report.transitions["disabled"] != 0 || report.transitions["capped"] != 0 {
                    disabled[hour] = report.transitions["disabled"]
                    #expect(report.transitions["capped"] == 2)
                }
            }
            #expect(disabled.values.reduce(0, +) == 3 && disabled.keys.min().map { $0 >= 71 } == true, "\(disabled)")
            #expect(
                try await platform.events().filter { $0.hasPrefix("breaker.") } == ["breaker.opened", "breaker.closed"])
        }
    }

    @Test("A key confirmed before the incident is held while the breaker is open")
    func holdsOthers() async throws {
        try await run(alive: 20) { platform, keys in
            try await platform.set(keys[0], .invalid)
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            try await platform.makeDue(Array(keys.dropFirst()))
            try await platform.simulator.set(provider: "openai", scenario: .invalid)
            let report = try await platform.revalidate()
            #expect(report.transitions["held"] == 1 && report.transitions["disabled"] == 0)
            #expect(report.changes.first { $0.kind == .held }?.reasonHeld == .breakerOpen)
            #expect(report.providers["openai"]?.positiveControl == .failed)
        }
    }

    @Test("A provider that refuses all keys and then works again causes no disabling")
    func everybody() async throws {
        try await run(alive: 12) { platform, keys in
            try await platform.simulator.set(provider: "openai", scenario: .invalid)
            for _ in 0..<30 {
                let report = try await platform.revalidate()
                #expect(report.transitions["disabled"] == 0)
                platform.clock.advance(hours: 2)
            }
            try await platform.simulator.set(provider: "openai", scenario: nil)
            platform.clock.advance(days: 1)
            #expect(try await platform.revalidate().transitions["cleared"] == 12)
            #expect(try await platform.count("SELECT count(*) FROM key_health WHERE status = 'active'") == 12)
        }
    }

    @Test("Other keys that are refused when probed as evidence open the breaker for a day")
    func evidence() async throws {
        try await run(alive: 3) { platform, keys in
            try await platform.set(keys[0], .invalid)
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            for key in keys { try await platform.set(key, .invalid) }
            let report = try await platform.revalidate()
            #expect(report.transitions["held"] == 1)
            #expect(report.keys.probed >= 3)
            #expect(try await platform.texts("SELECT reason FROM provider_breaker") == ["evidence"])
            platform.clock.advance(hours: 25)
            try await platform.revalidate()
            #expect(try await platform.count("SELECT count(*) FROM provider_breaker WHERE closed_at IS NULL") == 0)
        }
    }

    @Test("With an operator's release confirmed keys are disabled while the breaker is open, up to the cap")
    func released() async throws {
        try await run(alive: 30) { platform, keys in
            for key in keys.prefix(5) { try await platform.set(key, .invalid) }
            try await platform.revalidate()
            try await platform.execute(
                """
                INSERT INTO breaker_release (id, provider, at, reason)
                VALUES ('00000000-0000-4000-8000-000000000001', 'openai', '\(UTCText.string(platform.clock.now))', 'they were purged')
                """)
            platform.clock.advance(days: 1)
            let report = try await platform.revalidate()
            #expect(report.transitions["disabled"] == 3 && report.transitions["capped"] == 2)
            let grounds = try await platform.told(.keyDisabled)
            #expect(grounds.first?.contains("released by an operator") == true)
        }
    }

    @Test(
        "The only key of a provider is disabled at its fourth refusal, 72 hours after the first, as the rows before say"
    )
    func alone() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid)
            var disabledOn: [Int] = []
            for day in 0...4 {
                if try await platform.revalidate().transitions["disabled"] == 1 { disabledOn.append(day) }
                platform.clock.advance(days: 1)
            }
            #expect(disabledOn == [3])
            #expect(try await platform.health(key).disabling?.by == .job)
            let held = try await platform.lines(.keyHeld).compactMap { $0.facts(KeyHeld.self) }
            let disabledAt = try #require(try await platform.lines(.keyDisabled).first?.at)
            #expect(held.map(\.reason) == [.noEvidence, .noEvidence])
            #expect(held.map { $0.next?.number } == [4, 4])
            #expect(held.allSatisfy { $0.next?.at == disabledAt })
        }
    }

    @Test("The audit log has the grounds of each decision")
    func grounds() async throws {
        try await run(alive: 6) { platform, keys in
            try await platform.set(keys[0], .invalid)
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            try await platform.makeDue(Array(keys.dropFirst()))
            try await platform.revalidate()
            let since = UTCText.minute(platform.clock.now - Timing.day)
            #expect(
                try await platform.told(.keyDisabled) == [
                    "refused 2 times since \(since); made-up key refused; evidence passed (5 of 5 other keys valid); "
                        + "breaker closed (0 newly refused in 24 h, at most 3); 0 of 3 disabled in 24 h"
                ])
        }
    }

    @Test("A disabling that is undone and repeated counts as one death")
    func undone() async throws {
        try await run(alive: 30) { platform, keys in
            for key in keys.prefix(3) { try await platform.set(key, .invalid) }
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            try await platform.makeDue(Array(keys.dropFirst(3)))
            let disabled = try await platform.revalidate()
            #expect(disabled.transitions["disabled"] == 3)
            _ = try await platform.store.undo(runID: disabled.run)
            platform.clock.advance(hours: 1)
            let again = try await platform.revalidate()
            #expect(again.transitions["suspected"] == 3 && again.attention.isEmpty)
            #expect(try await platform.count("SELECT sum(first_dead) FROM provider_hour") == 3)
            #expect(try await platform.count("SELECT sum(never_alive) FROM provider_hour") == 3)
        }
    }

    @Test("Many candidates are judged in parts of 500, each once; without a candidate there is one part")
    func parts() async throws {
        try await Platform.run { platform in
            let key = try await platform.store.key(try await platform.addKey().id)
            let now = platform.clock.now
            let answer = Judging.observation(.invalid, at: now)
            var pass = DisablePass(
                candidates: (0..<1_001).map { number in
                    var health = key.health
                    health.keyType = String(number)
                    return Candidate(key: key, health: health, observation: answer, control: .passed)
                }, catalogue: try Catalogue(), tellsByMail: false, options: RunOptions(),
                lease: SliceLease(runner: ""), startedAt: now)
            let parts = pass.parts()
            #expect(parts.map(\.candidates.count) == [500, 500, 1])
            #expect(Set(parts.flatMap(\.candidates).map(\.health.keyType)).count == 1_001)
            pass.candidates = []
            #expect(pass.parts().count == 1)
        }
    }

    @Test(
        "Eight runners that disable concurrently never exceed the cap", arguments: [Campaign.count(ci: 10, long: 1000)])
    func capRace(repetitions: Int) async throws {
        try await Platform.run { platform in
            let dead = try await platform.addKeys(16, .invalid)
            let good = try await platform.addKeys(4)
            try await platform.revalidate()
            try await platform.execute("DELETE FROM provider_breaker")
            try await platform.execute("DELETE FROM provider_hour")
            platform.clock.advance(days: 1)
            try await platform.makeDue(good)
            try await platform.revalidate { $0.selection.limit = 0 }
            let suspected = try await dead.asyncMap { try await platform.store.key($0.id) }
            for _ in 0..<repetitions {
                let disabled = try await platform.disableAtOnce(dead, runners: 8)
                #expect(disabled == 3)
                try await platform.execute("DELETE FROM disabling")
                for key in suspected { try await platform.restore(key) }
            }
        }
    }
}

extension Platform {
    /// Runners, each with a connection of its own, disable their shares of these keys concurrently; returns how
    /// many were disabled.
    func disableAtOnce(_ keys: [TestKey], runners: Int) async throws -> Int {
        let now = clock.now
        let answer = Judging.observation(.invalid, at: now)
        let candidates = try await keys.asyncMap { key in
            let stored = try await store.key(key.id)
            return Candidate(key: stored, health: stored.health, observation: answer, control: .passed)
        }
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for runner in 0..<runners {
                let mine = candidates.enumerated().filter { $0.offset % runners == runner }.map(\.element)
                let database = try place.open()
                group.addTask { try await disable(mine, in: database, now: now) }
            }
            return try await group.reduce(0, +)
        }
    }

    /// Writes the key's health back as it was read.
    func restore(_ key: StoredKey) async throws {
        let now = try await store.key(key.id).health
        let isWritten = try await store.transaction {
            try HealthTable.write(key.health, keyID: key.id, ifStill: now, in: $0)
        }
        #expect(isWritten)
    }

    private func disable(_ candidates: [Candidate], in database: Database, now: Date) async throws -> Int {
        let record = RunRecord(kind: .job, runner: store.runner, program: "test", startedAt: now)
        let pass = DisablePass(
            candidates: candidates,
            unstoredAnswers: [GuardScope(provider: "openai", keyType: "standard"): [.valid]],
            catalogue: try Catalogue(), tellsByMail: false, options: RunOptions(),
            lease: SliceLease(runner: store.runner.description), startedAt: now)
        let other = KeyStore(database: database, program: "test", runner: store.runner) { now }
        return try await other.transaction(of: try AuditedRun(record)) { transaction in
            try RunTable.insert(record, in: transaction)
            return try pass.apply(in: transaction).changes.count { $0.kind == .disabled }
        }
    }
}

extension Array where Element: Sendable {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
