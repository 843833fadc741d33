import Database
import Foundation
import Judgement
import KeyVigil
import Secrets
import Simulator
import Testing
import Vocabulary

@testable import Revalidation

/// The life of keys over several days, each test on its own platform.
struct RunLifeTests {
    @Test("A refused key is suspected, a day later disabled and reported to its tenant, and recovers by itself")
    func wholeLife() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            let bad = try await platform.addKey("deleted_or_revoked_key")
            let first = try await platform.revalidate()
            #expect(first.keys.due == 2)
            #expect(first.keys.probed == 2)
            #expect(first.keys.alive == 1)
            #expect(first.keys.dead == 1)
            #expect(first.transitions["suspected"] == 1 && first.transitions["disabled"] == 0)
            #expect(first.exitStatus == 0)
            #expect(try await platform.health(bad).suspicion?.since == platform.clock.now)
            #expect(try platform.mails().isEmpty)

            try await platform.keepAlive(good)
            let second = try await platform.revalidate()
            #expect(second.transitions["disabled"] == 1)
            #expect(second.notices.queued == 1)
            #expect(second.notices.sent == 1)
            let disabled = try await platform.health(bad)
            #expect(disabled.status == .disabled && disabled.disabling?.by == .job)
            #expect(disabled.nextProbeAt == platform.clock.now + Timing.day)
            #expect(try platform.mails().count == 1)

            try await platform.set(bad, .valid)
            platform.clock.advance(days: 1)
            let third = try await platform.revalidate()
            #expect(third.transitions["recovered"] == 1 && third.notices.sent == 1)
            #expect(try await platform.health(bad).status == .active)
            #expect(
                try await platform.events(of: bad) == [
                    "key.added", "key.probed", "key.suspected", "key.probed", "key.disabled", "key.probed",
                    "key.recovered",
                ])
            #expect(try platform.mails().count == 2)
            try await platform.expectLeasesReturned()
        }
    }

    static let unharmed: [(Scenario, String, Finding)] = [
        ("valid_with_balance", "deepseek", .valid), ("valid_no_balance", "deepseek", .exhausted),
        ("quota_credit_balance_exhausted", "openai", .exhausted), ("archived_project", "openai", .revoked),
        ("key_expired", "google", .expired), ("account_deactivated", "openai", .revoked),
        ("rate_limited", "groq", .rateLimited), ("down", "openai", .providerError), ("drop", "openai", .unreachable),
        ("truncated", "openai", .unreachable), ("slow:0.2:valid", "openai", .valid),
        ("slow:30:invalid", "openai", .unreachable), ("missing_scope_new_code", "openai", .restricted),
        ("cloudflare_block_html", "openai", .egressBlocked), ("unknown_401_code", "openai", .unrecognised),
    ]

    @Test("A single answer of any kind disables no key", arguments: unharmed)
    func oneAnswer(scenario: Scenario, provider: String, finding: Finding) async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(scenario, provider: provider)
            let report = try await platform.revalidate(platform.vault(timeout: .seconds(2)))
            let health = try await platform.health(key)
            #expect(health.status == .active && health.lastFinding == finding)
            #expect((health.suspicion != nil) == (finding.verdict == .dead))
            #expect((health.lastConclusiveAt != nil) == (finding.verdict != .unknown))
            #expect(report.findings == [finding.rawValue: 1] && report.outcome == .complete)
            #expect(report.keys.unknown == (finding.verdict == .unknown ? 1 : 0))
            #expect(try await platform.count("SELECT count(*) FROM audit_entry WHERE event = 'key.probed'") == 1)
        }
    }

    @Test("Unknown answers never disable, however many there are")
    func unknownForever() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            let key = try await platform.addKey(.down)
            for _ in 0..<6 {
                try await platform.revalidate()
                try await platform.keepAlive(good)
            }
            let health = try await platform.health(key)
            #expect(health.status == .active)
            #expect(health.suspicion == nil)
            #expect(health.unknownCount == 6)
        }
    }

    @Test("Without another valid key of its provider a dead key is held and probed again a day later")
    func held() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid)
            _ = try await platform.addKey(.valid, provider: "groq")
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            let report = try await platform.revalidate()
            #expect(report.transitions["held"] == 1 && report.transitions["disabled"] == 0)
            let health = try await platform.health(key)
            #expect(health.status == .active && health.nextProbeAt == platform.clock.now + Timing.day)
            #expect(try await platform.events(of: key).last == "key.held")
            _ = try await platform.addKey()
            platform.clock.advance(days: 1)
            #expect(try await platform.revalidate().transitions["disabled"] == 1)
        }
    }

    @Test(
        "The operator's canary is sufficient evidence; one that is dead or gets no answer is not",
        arguments: [
            (Scenario.valid, 1), (.invalid, 0), (.down, 0),
        ])
    func canary(scenario: Scenario, disabled: Int) async throws {
        try await Platform.run { platform in
            _ = try await platform.addKey(.invalid)
            let canary = try platform.simulator.newKey(for: "openai")
            try await platform.simulator.set(provider: "openai", key: canary, scenario: scenario)
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            let report = try await platform.revalidate {
                $0.canaries["openai"] = Canary(SecretBytes(copying: canary.utf8))
            }
            #expect(report.transitions["disabled"] == disabled && report.transitions["held"] == 1 - disabled)
        }
    }

    @Test("A canary that cannot be sent does not stop the run")
    func unusableCanary() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKey(.invalid)
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            let report = try await platform.revalidate {
                $0.canaries["openai"] = Canary(SecretBytes(copying: "not a key".utf8))
            }
            #expect(report.outcome == .complete && report.transitions["held"] == 1)
        }
    }

    @Test("At most three keys of a provider are disabled within 24 hours, over all runs")
    func cap() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            let bad = try await platform.addKeys(5, .invalid)
            try await platform.revalidate()
            try await platform.keepAlive(good)
            let second = try await platform.revalidate()
            #expect(second.transitions["disabled"] == 3 && second.transitions["capped"] == 2)
            platform.clock.advance(hours: 23)
            let third = try await platform.revalidate { $0.selection.all = true }
            #expect(third.transitions["disabled"] == 0 && third.transitions["capped"] == 2)
            try await platform.keepAlive(good, days: 1.1)
            #expect(try await platform.revalidate().transitions["disabled"] == 2)
            for key in bad { #expect(try await platform.health(key).status == .disabled) }
        }
    }

    @Test("With a gap of zero the second probe follows in the same run, on a connection of its own")
    func noGap() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid)
            _ = try await platform.addKey()
            let ambiguous = try await platform.addKey("unauthorized_detail", provider: "mistral")
            let report = try await platform.revalidate { $0.timing.gap = 0 }
            #expect(report.transitions["disabled"] == 1)
            #expect(await platform.probes(key) == 2)
            #expect(await platform.probes(ambiguous) == 1)
            #expect(try await platform.health(ambiguous).suspicion?.deadCount == 1)
        }
    }

    @Test("A key refused once and then valid is suspected and cleared, without a notice")
    func cleared() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid)
            try await platform.revalidate()
            try await platform.set(key, .valid)
            platform.clock.advance(days: 1)
            let report = try await platform.revalidate()
            #expect(report.transitions["cleared"] == 1 && report.notices.queued == 0)
            let health = try await platform.health(key)
            #expect(health.suspicion == nil && health.status == .active)
        }
    }

    @Test("A key that the job disabled is probed on days 1, 3, 7 and then weekly until day 90, and then no more")
    func recoveryProbes() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            let bad = try await platform.addKey(.invalid)
            try await platform.revalidate()
            try await platform.keepAlive(good)
            try await platform.revalidate()
            let start = platform.clock.now
            var asked: [Double] = []
            while let next = try await platform.health(bad).nextProbeAt {
                asked.append(next.timeIntervalSince(start) / Timing.day)
                platform.clock.advance(seconds: next.timeIntervalSince(platform.clock.now))
                try await platform.revalidate()
            }
            #expect(asked == [1, 3, 7] + (2...12).map { Double($0) * 7 } + [90])
            #expect(try await platform.events(of: bad).last == "key.recovery_ended")
            #expect(try await platform.health(bad).status == .disabled)
        }
    }
}

extension Platform {
    /// Moves the clock by so many days and makes this key due, so that the next run has a valid key as evidence.
    func keepAlive(_ key: TestKey, days: Double = 1) async throws {
        clock.advance(days: days)
        let now = clock.now
        _ = try await store.database.transaction { connection in
            try connection.execute(
                "UPDATE key_health SET next_probe_at = $1 WHERE key_id = $2", [.time(now), .id(key.id)])
        }
    }
}
