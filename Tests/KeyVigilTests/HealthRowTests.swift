import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import KeyVigil

/// Rows of `key_health`: what may stand in one, and what reading and writing one does.
struct HealthRowTests {
    /// What holds of every row, as conditions of SQL that both engines understand.
    fileprivate static let conditions = [
        "status IN ('active', 'disabled', 'revoked')",
        "(status = 'disabled') = (disabled_by IS NOT NULL)",
        "coalesce(disabled_by, 'job') IN ('job', 'operator')",
        "(disabled_at IS NULL) = (disabled_by IS NULL)",
        "(disabled_finding IS NOT NULL) = (coalesce(disabled_by, '') = 'job')",
        "coalesce(disabled_finding, 'invalid') IN ('invalid', 'revoked', 'expired', 'suspended')",
        "suspected_since IS NULL OR status = 'active'",
        "(suspect_finding IS NULL) = (suspected_since IS NULL)",
        "coalesce(suspect_finding, 'invalid') IN ('invalid', 'revoked', 'expired', 'suspended')",
        "(suspect_counted_from IS NULL) = (suspected_since IS NULL)",
        "suspected_since IS NULL OR suspect_counted_from >= suspected_since",
        "dead_count >= 0",
        "(dead_count = 0) = (suspected_since IS NULL)",
        "suspect_http_status IS NULL OR suspected_since IS NOT NULL",
        "suspect_code IS NULL OR suspected_since IS NOT NULL",
        "suspect_request_id IS NULL OR suspected_since IS NOT NULL",
        "next_probe_at IS NULL OR status = 'active' OR coalesce(disabled_by, '') = 'job'",
        "key_version >= 1",
        "unknown_count >= 0",
        "slice BETWEEN 0 AND 63",
        "slot BETWEEN 0 AND 518399",
    ]

    @Test("Every row that a random life writes meets the conditions, and is read as it was written")
    func lives() async throws {
        let fixture = try await KeysFixture()
        var random = SystemRandomNumberGenerator()
        for _ in 0..<Campaign.count(ci: 20, long: 500) {
            let key = try await fixture.add()
            var life = RandomLife(health: key.health)
            for _ in 0..<30 {
                let seen = life.health
                life.live(&random)
                try await fixture.expectRow(of: key.id, from: seen, to: life)
            }
            try await fixture.store.delete(key.id)
        }
    }

    static let contradictions = [
        "status = 'disabled'", "status = 'disabled', disabled_by = 'job'",
        "status = 'disabled', disabled_by = 'job', disabled_at = suspected_since",
        "status = 'disabled', disabled_by = 'operator', disabled_at = suspected_since",
        "disabled_by = 'operator', disabled_at = suspected_since", "disabled_finding = 'invalid'",
        "disabled_at = suspected_since", "status = 'revoked'", "suspected_since = NULL", "suspect_finding = NULL",
        "suspect_finding = 'rateLimited'", "suspect_counted_from = NULL", "dead_count = 0", "status = 'retired'",
    ]

    @Test("A row whose columns contradict each other is refused by the schema, and not read", arguments: contradictions)
    func contradiction(change: String) async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        try await fixture.set(key.id) { $0.suspect(since: Date(timeIntervalSince1970: 1_772_000_000)) }
        await #expect(throws: DatabaseError.self) { try await fixture.execute("UPDATE key_health SET \(change)") }
        #expect(try await fixture.brokenConditions(Self.conditions) == [])
        try await fixture.execute(TestStore.unchecking("key_health"))
        try await fixture.execute("UPDATE key_health SET \(change)")
        #expect(try await fixture.brokenConditions(Self.conditions) != [])
        let error = await #expect(throws: DatabaseError.self) { try await fixture.store.key(key.id) }
        #expect(error?.message.contains(key.id) == true)
        #expect(error?.kind == .unavailable)
    }

    @Test("A key that the job does not check has no next probe, or its row is not read")
    func unprobed() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        try await fixture.store.revoke(key.id)
        try await fixture.execute(TestStore.unchecking("key_health"))
        try await fixture.execute("UPDATE key_health SET next_probe_at = '2026-03-01T00:00:00.000Z'")
        #expect(try await fixture.brokenConditions(Self.conditions).count == 1)
        await #expect(throws: DatabaseError.self) { try await fixture.store.key(key.id) }
    }

    @Test("The columns that every check writes and those that it does not are all that can change, each once")
    func columns() {
        let all = HealthColumn.fixed + HealthColumn.routine + HealthColumn.others
        #expect(all.count == HealthColumn.allCases.count)
        #expect(Set(all) == Set(HealthColumn.allCases))
        #expect(Set(HealthColumn.compared).isSubset(of: all))
    }
}

extension KeysFixture {
    /// Writes what became of `seen`, and expects the row to meet the conditions and to be read as it was written.
    fileprivate func expectRow(of keyID: String, from seen: KeyHealth, to life: RandomLife) async throws {
        let change = HealthChange(life.health, keyID: keyID, ifStill: seen)
        let isWritten = try await store.transaction { try HealthTable.write([change], in: $0) }
        #expect(isWritten == [true])
        #expect(try await store.key(keyID).health == life.health, "\(life.steps.suffix(3))")
        let isSame = HealthColumn.others.allSatisfy { seen.value($0) == life.health.value($0) }
        #expect(isSame || !change.isRoutine, "\(life.steps.suffix(3))")
        let broken = try await brokenConditions(HealthRowTests.conditions)
        #expect(broken.isEmpty, "\(broken) after \(life.steps.suffix(3))")
    }

    /// The conditions that do not hold of some row of `key_health`.
    fileprivate func brokenConditions(_ conditions: [String]) async throws -> [String] {
        try await store.database.read { connection in
            try conditions.filter { condition in
                try connection.first("SELECT 1 FROM key_health WHERE (\(condition)) IS NOT TRUE") { _ in true } != nil
            }
        }
    }
}

/// A key to which transitions happen in any order, also those that are refused.
private struct RandomLife {
    var health: KeyHealth
    var now = Date(timeIntervalSince1970: 1_772_000_000)
    var steps: [String] = []

    private struct Step: Sendable {
        let name: String
        let apply: @Sendable (inout KeyHealth, Observation) -> Void

        init(_ name: String, _ apply: @escaping @Sendable (inout KeyHealth, Observation) -> Void) {
            self.name = name
            self.apply = apply
        }
    }

    private static let all = [
        Step("record") { $0.record($1) },
        Step("suspect") { _ = $0.suspect(by: $1) },
        Step("escalate") { $0.escalateIfSuspected(at: $1.at) },
        Step("clear") { health, _ in _ = health.clear() },
        Step("disable by the job") { _ = $0.disable(for: $1.finding, at: $1.at, nextProbeAt: $1.at + 60) },
        Step("recover") { health, _ in _ = health.recover() },
        Step("run out of credit") { _ = $0.runOutOfCredit(at: $1.at) },
        Step("restore credit") { health, _ in _ = health.restoreCredit() },
        Step("become uncheckable") { _ = $0.becomeUncheckable(at: $1.at) },
        Step("schedule") { $0.schedule($1.at + 3600) },
        Step("schedule never") { health, _ in health.schedule(nil) },
        Step("keep until the expiry") { $0.keepUntil(expiry: $1.at + 60, now: $1.at) },
        Step("disable") { try? $0.disable(at: $1.at) },
        Step("enable") { try? $0.enable(at: $1.at) },
        Step("replace") { try? $0.replace(at: $1.at) },
        Step("accept") { $0.accept($1, period: 7 * 86_400) },
        Step("change the type") { $0.keyType = "type \($1.finding)" },
    ]

    /// One transition; revoking, after which nothing happens, is rare.
    mutating func live(_ random: inout some RandomNumberGenerator) {
        now += Double(Int.random(in: 1..<100_000, using: &random))
        let finding = Finding.allCases.randomElement(using: &random) ?? .valid
        guard Int.random(in: 0..<100, using: &random) > 0 else {
            steps.append("revoke")
            return health.revoke()
        }
        guard let step = Self.all.randomElement(using: &random) else { return }
        steps.append("\(step.name) (\(finding))")
        step.apply(&health, .sample(finding, at: now))
    }
}

extension KeyHealth {
    fileprivate mutating func escalateIfSuspected(at date: Date) {
        guard var suspicion else { return }
        if suspicion.deadCount > 2 { suspicion.restart(countingFrom: date) } else { suspicion.countRefusal() }
        _ = escalate(to: suspicion)
    }
}
