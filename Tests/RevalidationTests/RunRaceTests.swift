import Database
import Foundation
import KeyVigil
import Secrets
import Simulator
import Testing
import Vocabulary

@testable import Revalidation

/// Changes to a key while its probe is in flight.
struct RunRaceTests {
    /// Starts a run, waits until the key's probe is in flight, calls `meanwhile`, and returns the run's report.
    private func duringProbe(
        of key: TestKey, on platform: Platform, _ edit: @Sendable @escaping (inout RunOptions) -> Void = { _ in },
        _ meanwhile: () async throws -> Void
    ) async throws -> RunReport {
        let before = await platform.probes(key)
        async let report = platform.revalidate(nil, edit)
        for _ in 0..<1000 {
            if await platform.probes(key) > before { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(await platform.probes(key) > before)
        try await meanwhile()
        return try await report
    }

    @Test("A key replaced during its probe is unchanged by it, and the probe is audited as discarded")
    func replaced() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            let key = try await platform.addKey("slow:1:invalid")
            let new = try platform.simulator.newKey(for: "openai")
            try await platform.revalidate()
            #expect(try await platform.health(key).suspicion != nil)
            try await platform.keepAlive(good)
            let report = try await duringProbe(of: key, on: platform) {
                _ = try await platform.vault().replace(key.id, with: SecretBytes(copying: new.utf8), probing: false)
            }
            #expect(report.transitions["disabled"] == 0)
            let health = try await platform.health(key)
            #expect(health.version == 2)
            #expect(health.status == .active)
            #expect(health.suspicion == nil)
            #expect(health.nextProbeAt == platform.clock.now)
            let events = try await platform.events(of: key)
            #expect(events.contains("probe.discarded") && !events.contains("key.disabled"))
        }
    }

    @Test(
        "A key that an operator disabled, enabled, revoked or deleted meanwhile stays as the operator left it",
        arguments: [
            "disable", "disable and enable", "revoke", "delete",
        ])
    func changed(how: String) async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            let key = try await platform.addKey("slow:1:invalid")
            try await platform.revalidate()
            try await platform.keepAlive(good)
            let report = try await duringProbe(of: key, on: platform) {
                if how.hasPrefix("disable") { try await platform.store.disable(key.id) }
                if how.hasSuffix("enable") { try await platform.store.enable(key.id) }
                if how == "revoke" { try await platform.store.revoke(key.id) }
                if how == "delete" { try await platform.store.delete(key.id) }
            }
            #expect(report.transitions["disabled"] == 0 && report.outcome == .complete)
            #expect(try await platform.events(of: key).contains("probe.discarded"))
            #expect(!(try await platform.events(of: key)).suffix(1).contains("key.recovered"))
            guard how != "delete" else { return }
            let health = try await platform.health(key)
            let expected: KeyStatus = how == "revoke" ? .revoked : how.hasSuffix("enable") ? .active : .disabled
            #expect(health.status == expected && health.disabling?.by != .job)
            #expect(expected == .active ? health.suspicion == nil : health.nextProbeAt == nil)
        }
    }

    @Test("A key that an operator disables during a recovery probe is not re-enabled by the probe")
    func disabledOverRecovery() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            let key = try await platform.addKey(.invalid)
            try await platform.revalidate()
            try await platform.keepAlive(good)
            try await platform.revalidate()
            try await platform.set(key, "slow:1:valid")
            platform.clock.advance(days: 1)
            try await _ = duringProbe(of: key, on: platform) { try await platform.store.disable(key.id) }
            let health = try await platform.health(key)
            #expect(health.status == .disabled)
            #expect(health.disabling?.by == .operator)
            #expect(health.nextProbeAt == nil)
        }
    }

    @Test("BYOK switched off during a probe keeps the key off the schedule")
    func switchedOff() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey("slow:1:valid")
            try await _ = duringProbe(of: key, on: platform) {
                try await platform.store.changeTenant("acme") { $0.byok = false }
            }
            #expect(try await platform.health(key).nextProbeAt == nil)
            platform.clock.advance(days: 30)
            #expect(try await platform.revalidate { $0.selection.all = true }.keys.probed == 0)
        }
    }

    @Test("A run that loses its lease during probes writes nothing more and reports it")
    func leaseLost() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey("slow:1:invalid")
            let before = try await platform.health(key)
            let report = try await duringProbe(of: key, on: platform) {
                platform.clock.advance(minutes: 6)
                _ = try await platform.store.database.transaction { connection in
                    try connection.execute(
                        "UPDATE slice_lease SET runner = 'another', token = 99 WHERE runner IS NOT NULL")
                }
            }
            #expect(report.outcome == .partial && report.exitStatus == 75)
            #expect(try await platform.health(key) == before)
            #expect(try await platform.events(of: key) == ["key.added"])
            #expect(
                try await platform.count("SELECT count(*) FROM slice_lease WHERE token = 99 AND runner = 'another'") > 0
            )
        }
    }

    @Test("Two concurrent runs probe each key once and send each notice once")
    func overlapping() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(40)
            _ = try await platform.addKeys(2, .invalid)
            try await platform.revalidate()
            platform.clock.advance(days: 7)
            let asked = await platform.simulator.requestCount(provider: "openai")
            try await platform.simulator.set(provider: "groq", scenario: "slow:0.3:valid")
            _ = try await platform.addKeys(20, provider: "groq")
            let second = KeyStore(
                database: try platform.place.open(), program: "test", now: { platform.clock.now })
            async let one = platform.revalidate(platform.vault())
            async let two = platform.revalidate(platform.vault(store: second))
            let reports = try await [one, two]
            // Two keys and one made-up key, which one of the runs probed for both.
            #expect(await platform.simulator.requestCount(provider: "openai") - asked == 43)
            #expect(await platform.simulator.requestCount(provider: "groq") == 21)
            #expect(reports.reduce(0) { $0 + $1.keys.probed } == 62)
            #expect(reports.reduce(0) { $0 + ($1.transitions["disabled"] ?? 0) } == 2)
            // Each run may have disabled one key, and then sends a notice about it.
            #expect([1, 2].contains(try platform.mails().count))
            #expect(try await platform.count("SELECT count(*) FROM mail_notice") == 2)
            #expect(try await platform.count("SELECT count(*) FROM notice") == 2)
            try await platform.expectLeasesReturned()
        }
    }
}
