import Database
import Foundation
import KeyVigil
import TestSupport
import Testing

@testable import Revalidation

/// Four years of weekly checks in one store (C9).
@Suite(.serialized, .enabled(if: TestStore.isOnServer && Campaign.isLong)) struct WeeksTests {
    @Test("After two hundred weeks the table is at most three times as large, and a claim takes less than 100 ms")
    func weeks() async throws {
        let weeks = Campaign.count(ci: 1, long: 200)
        let keys = 10_000
        var row = CampaignRow("C9", isOnServer: true, injected: "weeks of \(keys) keys")
        var note = ""
        try await hurryVacuum()
        try await Platform.run { platform in
            _ = try await platform.addKeys(keys)
            try await platform.revalidate()
            let first = try await size(platform)
            for _ in 0..<weeks {
                // Scheduled probes recur every six days.
                platform.clock.advance(days: 6)
                #expect(try await platform.revalidate().keys.alive == keys)
                row.times += 1
            }
            let last = try await size(platform)
            #expect(last <= 3 * first, "\(first) bytes have become \(last)")
            let p99 = try await claim(platform, times: 200)
            note = "table \(first / 1024) kB, then \(last / 1024) kB; a claim, p99: \(p99 / .milliseconds(1)) ms"
            #expect(p99 < .milliseconds(100), "10 ms on a machine of its own")
            row.add(try await Inspection(of: platform.place.open(), ring: platform.ring).violations())
        }
        row.print(note)
    }

    /// A simulated week takes seconds, so autovacuum must look for dead rows every second.
    private func hurryVacuum() async throws {
        let database = try await PostgresCluster.shared.makeDatabase()
        try database.psql("ALTER SYSTEM SET autovacuum_naptime = '1s'", "SELECT pg_reload_conf()")
    }

    /// The size in bytes of `key_health`, which every check writes, with its indexes.
    private func size(_ platform: Platform) async throws -> Int {
        try await platform.count("SELECT pg_total_relation_size('key_health')")
    }

    /// The 99th percentile of the durations of first claims when every key is due.
    private func claim(_ platform: Platform, times: Int) async throws -> Duration {
        platform.clock.advance(days: 6)
        let now = platform.clock.now
        var durations: [Duration] = []
        for _ in 0..<times {
            let start = ContinuousClock.now
            let claim = try await platform.store.sharedTransaction { transaction in
                try SliceTable.claim(
                    extending: SliceLease(runner: "test"), for: RunSelection(), of: ["openai"], dueAt: now, now: now,
                    in: transaction)
            }
            durations.append(start.duration(to: .now))
            try await platform.store.transaction { try SliceTable.returnLease(claim.lease, in: $0) }
        }
        return durations.sorted()[times * 99 / 100]
    }
}
