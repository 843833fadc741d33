import Foundation
import KeyVigil
import Secrets
import Simulator
import Testing
import Vocabulary

@testable import Revalidation

/// The report of a run, and the probe before a key is stored.
struct RunReportTests {
    @Test("The report's JSON has the documented names, and the store keeps it with the run")
    func json() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKey()
            _ = try await platform.addKey(.invalid)
            let report = try await platform.revalidate()
            let text = try report.json()
            let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(
                Set(object.keys) == [
                    "run", "started", "finished", "outcome", "dry_run", "keys", "findings", "transitions", "providers",
                    "notices", "coverage", "attention", "changes",
                ])
            #expect(
                object["started"] as? String == "2026-03-02T09:00:00.000Z" && object["outcome"] as? String == "complete"
            )
            #expect(
                object["keys"] as? [String: Int] == [
                    "due": 2, "probed": 2, "alive": 1, "dead": 1, "unknown": 0, "held_by_others": 0,
                ])
            #expect(
                object["transitions"] as? [String: Int]
                    == ["suspected": 1, "cleared": 0, "disabled": 0, "recovered": 0, "held": 0, "capped": 0])
            let coverage = object["coverage"] as? [String: Int]
            #expect(coverage == ["period_days": 7, "enabled": 2, "covered": 2, "overdue": 0, "uncheckable": 0])
            let last = try #require(try await platform.store.database.read { try RunTable.lastJob(in: $0) })
            #expect(last.id == report.run)
            #expect(last.outcome == .complete)
            #expect(last.summary == text)
        }
    }

    @Test("Keys without a conclusive check for seven days are overdue, and the run reports them")
    func overdue() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(2)
            _ = try await platform.addKey(.down, provider: "groq")
            try await platform.revalidate()
            platform.clock.advance(days: 6.9)
            #expect(try await platform.revalidate().exitStatus == 0)
            platform.clock.advance(days: 0.2)
            let report = try await platform.revalidate()
            #expect(report.coverage?.overdue == 1)
            #expect(report.coverage?.covered == 2)
            #expect(report.exitStatus == 3)
            #expect(report.attention.texts == ["1 key had no conclusive check for 7 days"])
        }
    }

    static let added: [(Scenario, Finding, Bool)] = [
        (.valid, .valid, true), ("missing_scope_new_code", .restricted, true),
        ("quota_credit_balance_exhausted", .exhausted, true), (.invalid, .invalid, false),
        (.down, .providerError, false),
        (.drop, .unreachable, false), ("slow_down", .rateLimited, false),
    ]

    @Test("Only a key found alive is stored, or replaces a stored one", arguments: added)
    func storing(scenario: Scenario, finding: Finding, isStored: Bool) async throws {
        try await Platform.run { platform in
            let vault = try platform.vault()
            let stored = try await platform.addKey()
            let text = try platform.simulator.newKey(for: "openai")
            try await platform.simulator.set(provider: "openai", key: text, scenario: scenario)
            let secret = SecretBytes(copying: text.utf8)
            do {
                let added = try await vault.add(NewKey(tenantID: "acme", provider: "openai"), secret: secret)
                #expect(isStored && added.observation?.finding == finding)
                let health = try await platform.store.key(added.key.id).health
                #expect(
                    health.lastConclusiveAt == platform.clock.now
                        && health.nextProbeAt ?? .distantPast > platform.clock.now)
                #expect((health.exhaustedSince != nil) == (finding == .exhausted))
                #expect(try await vault.replace(stored.id, with: secret).key.health.version == 2)
            } catch let refusal as KeyRefused {
                #expect(!isStored && refusal.observation.finding == finding)
                await #expect(throws: KeyRefused.self) { try await vault.replace(stored.id, with: secret) }
                #expect(try await platform.store.key(stored.id).health.version == 1)
            }
            #expect(try await platform.count("SELECT count(*) FROM stored_key") == (isStored ? 2 : 1))
        }
    }
}
