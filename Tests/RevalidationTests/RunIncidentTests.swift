import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Simulator
import TestSupport
import Testing

@testable import Revalidation

/// Incidents in which all keys are probed at once: the breaker closes during them, because re-probes are not counted.
struct RunIncidentTests {
    /// Sixty keys that were alive a week ago, twenty of them refused now.
    private func incident(_ body: @Sendable (Platform, _ hit: [TestKey]) async throws -> Void) async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(60)
            try await platform.revalidate()
            platform.clock.advance(days: 7)
            try await platform.makeDue(keys)
            let hit = Array(keys.prefix(20))
            for key in hit { try await platform.set(key, .invalid) }
            try await body(platform, hit)
        }
    }

    private static let starts: [(every: Double, all: Bool)] = [(1, false), (6, true), (24, true)]

    @Test("Three days in which a third of the keys is refused disable none, at any interval of runs", arguments: starts)
    func threeDays(every: Double, all: Bool) async throws {
        try await incident { platform, hit in
            for _ in stride(from: 0, through: 72, by: every) {
                let report = try await platform.revalidate { $0.selection.all = all }
                #expect(report.transitions["disabled"] == 0 && report.transitions["capped"] == 0)
                platform.clock.advance(hours: every)
            }
            #expect(try await platform.count("SELECT count(*) FROM provider_breaker WHERE closed_at IS NOT NULL") == 1)
            for key in hit { try await platform.set(key, .valid) }
            platform.clock.advance(days: 1)
            #expect(try await platform.revalidate { $0.selection.all = all }.transitions["disabled"] == 0)
            #expect(try await platform.count("SELECT count(*) FROM key_health WHERE status = 'active'") == 60)
        }
    }

    @Test("With weekly runs two incidents a week apart do not confirm each other; dead keys are disabled a week later")
    func weekly() async throws {
        try await incident { platform, hit in
            var disabled: [Int] = []
            for week in 0...4 {
                // From the third week on all but two of the keys work again; these two are dead.
                if week == 2 { for key in hit.dropFirst(2) { try await platform.set(key, .valid) } }
                let report = try await platform.revalidate()
                disabled.append(report.transitions["disabled"] ?? 0)
                platform.clock.advance(days: 7)
            }
            #expect(disabled == [0, 0, 2, 0, 0])
        }
    }

    @Test("The audit log has the closing of the breaker and the keys that it held")
    func told() async throws {
        try await incident { platform, _ in
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            try await platform.revalidate()
            let rows = try await platform.told(.breakerClosed)
            #expect(rows.count == 1)
            let words = "takes at least 2 more refusals, the last 3 days or more after that"
            #expect(rows.allSatisfy { $0.hasSuffix(words) })
        }
    }

    @Test("The hours before a breaker opened are left out of the baseline too, also when committed late")
    func baseline() async throws {
        try await Platform.run { platform in
            let now = HourCount.hour(of: platform.clock.now)
            try await platform.store.command { transaction in
                func add(_ hour: Int, _ dead: Int) throws {
                    var count = HourCount(hour: hour)
                    count.alive = 10
                    count.firstDead = dead
                    try HourTable.add(count, to: Judging.scope, in: transaction)
                }
                try add(now - 24, 1)
                try add(now - 23, 1)
                try add(now - 1, 12)
                let update = {
                    try BreakerTable.update(
                        of: Judging.scope, Breaker.Settings(), now: transaction.now, in: transaction)
                }
                #expect(try update().opened != nil)
                try add(now - 2, 3)
                #expect(try update().breaker != nil)
            }
            #expect(
                try await platform.texts("SELECT \(now) - hour FROM provider_hour WHERE breaker_open ORDER BY hour")
                    == ["23", "2", "1"])
            let release = BreakerRelease(provider: "openai", at: platform.clock.now, reason: "true")
            _ = try await platform.store.store(release)
            #expect(try await platform.count("SELECT count(*) FROM provider_hour WHERE breaker_open") == 0)
        }
    }
}
