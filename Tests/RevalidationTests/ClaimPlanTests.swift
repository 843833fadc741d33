import Database
import Foundation
import KeyVigil
import TestSupport
import Testing

@testable import Revalidation

/// Slices are claimed correctly under every query plan that the server may choose (C4).
@Suite(.serialized, .enabled(if: TestStore.isOnServer)) struct ClaimPlanTests {
    private static let ways = ["nestloop", "hashjoin", "mergejoin", "seqscan", "indexscan", "bitmapscan"]

    /// The planner's statistics of the key tables.
    enum Statistics: CaseIterable { case none, stale, fresh }

    @Test(
        "No slice is claimed twice, and no slice that another runner holds, under every combination of plans",
        arguments: Campaign.isLong ? [1, 10_000, 1_000_000] : [1, 3_000])
    func claimed(keys: Int) async throws {
        var row = CampaignRow("C4", isOnServer: true, injected: "plans and statistics, 3 runners claim of \(keys) keys")
        for statistics in Statistics.allCases { try await claim(keys, statistics, &row) }
        row.print()
    }

    private func claim(_ keys: Int, _ statistics: Statistics, _ row: inout CampaignRow) async throws {
        let store = try await PostgresCluster.shared.makeDatabase()
        let now = Date()
        try await fill(store, keys, statistics, now)
        let step = Campaign.isLong ? 1 : 8
        for combination in stride(from: Int.random(in: 0..<step), to: 1 << Self.ways.count, by: step) {
            let options = Self.ways.enumerated().map { number, way in
                "-c%20enable_\(way)%3D\(combination & (1 << number) == 0 ? "on" : "off")"
            }
            // A forbidden plan costs so much that the server would compile it, which takes longer than running it.
            let url = "\(store.url(.socket))&options=-c%20jit%3Doff%20\(options.joined(separator: "%20"))"
            try store.psql("UPDATE slice_lease SET runner = NULL, lease_end = NULL")
            try await claimAll(try PostgresURL(url), keys, now, &row)
            row.times += 1
        }
    }

    /// Three runners claim concurrently until no slice is free.
    private func claimAll(_ url: PostgresURL, _ keys: Int, _ now: Date, _ row: inout CampaignRow) async throws {
        let all = try await withThrowingTaskGroup(of: [SliceClaim].self) { group in
            for runner in 0..<3 {
                let database = try Database(postgresql: url)
                group.addTask {
                    try await claims(of: "runner-\(runner)", in: KeyStore(database: database, program: "test"), at: now)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let slices = all.flatMap(\.new)
        #expect(Set(slices).count == slices.count, "a slice was claimed twice")
        let due = all.map(\.due).reduce(0, +)
        #expect(due == keys, "a due key was left, or counted twice")
        // A claim stops at a thousand due keys; the last slice that it takes may exceed that.
        #expect(all.allSatisfy { $0.new.count <= 1 || $0.due < 1_000 + keys / 20 + 100 })
    }

    private func claims(of runner: String, in store: KeyStore, at now: Date) async throws -> [SliceClaim] {
        var claims = [SliceClaim]()
        var lease = SliceLease(runner: runner)
        while true {
            let held = lease
            let claim = try await store.sharedTransaction { transaction in
                try SliceTable.claim(
                    extending: held, for: RunSelection(), of: ["openai"], dueAt: now, now: now, in: transaction)
            }
            guard !claim.new.isEmpty else { return claims }
            try await store.sharedTransaction { try SliceTable.fence(claim.lease, now: now, in: $0) }
            claims.append(claim)
            lease = claim.lease
        }
    }

    /// Inserts keys by SQL, because only their slices and probe times matter here.
    private func fill(_ store: PostgresDatabase, _ keys: Int, _ statistics: Statistics, _ now: Date) async throws {
        try await KeyStore(database: Database(postgresql: PostgresURL(store.url(.socket))), program: "test").migrate()
        for table in ["stored_key", "key_health", "slice_lease"] {
            try store.psql("ALTER TABLE \(table) SET (autovacuum_enabled = false)")
        }
        if statistics == .stale { try store.psql("ANALYZE") }
        try store.psql(
            """
            INSERT INTO tenant (id, name, locale, time_zone, byok, on_disabled, created_at)
            VALUES ('acme', 'Acme', 'en', 'UTC', TRUE, 'fallback', now())
            """,
            """
            INSERT INTO stored_key (id, tenant_id, provider, label, prefix, hint, ciphertext, created_at, updated_at)
            SELECT md5(n::text)::uuid, 'acme', 'openai', '', '', '', '', now(), now()
            FROM generate_series(1, \(keys)) AS n
            """,
            """
            INSERT INTO key_health (slice, key_id, provider, slot, next_probe_at)
            SELECT ('x' || left(id::text, 2))::bit(8)::int / 4, id, provider, 0, now() - interval '1 day' FROM stored_key
            """)
        if statistics == .fresh { try store.psql("ANALYZE") }
    }
}
