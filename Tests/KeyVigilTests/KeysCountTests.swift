import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import KeyVigil

struct KeysCountTests {
    @Test("The counts follow every key that is added, changed, replaced or deleted, by any program")
    func following() async throws {
        let fixture = try await KeysFixture()
        try await fixture.expectTrueCounts([:])
        let keys = try await [fixture.add(), fixture.add(), fixture.add(provider: "groq")]
        try await fixture.expectTrueCounts([.active: 3])
        try await fixture.store.disable(keys[0].id)
        try await fixture.expectTrueCounts([.active: 2, .disabled: 1])
        try await fixture.set(keys[1].id) { $0.keyType = "service account" }
        try await fixture.execute("UPDATE key_health SET provider = 'future' WHERE key_id = '\(keys[2].id)'")
        try await fixture.replace(keys[1].id)
        try await fixture.expectTrueCounts([.active: 2, .disabled: 1])
        try await fixture.store.delete(keys[0].id)
        try await fixture.expectTrueCounts([.active: 2])
        let active = try await fixture.store.database.read { connection in
            let counts = try KeyCountTable.counts(in: connection)
            return ["openai", "future", "groq"].map { id in counts.active { $0.provider == id } }
        }
        #expect(active == [1, 1, 0])
    }

    @Test("Many partial sums are merged into one row, and nothing is lost")
    func adding() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        for _ in 0..<2 {
            try await fixture.store.transaction { transaction in
                for type in (0..<600).map(String.init) + [key.health.keyType] {
                    try transaction.execute("UPDATE key_health SET key_type = $1", [.text(type)])
                }
                try KeyCountTable.compact(in: transaction)
            }
            try await fixture.expectTrueCounts([.active: 1])
        }
        let rows = try await fixture.texts("SELECT CAST(count(*) AS TEXT) FROM key_count WHERE keys <> 0")
        #expect(rows == ["1"])
    }

    @Test("A batch of answers is written by index, also on a server without statistics of the keys")
    func straight() async throws {
        let fixture = try await KeysFixture()
        guard fixture.store.database.dialect == .postgresql else { return }
        _ = try await fixture.add()
        try await fixture.execute(
            """
            INSERT INTO stored_key SELECT lpad(n::text, 32, '0')::uuid, tenant_id, scope_kind, scope_id, provider, label,
                params, prefix, hint, ciphertext, is_default, expires_at, created_at, updated_at
            FROM stored_key, generate_series(1, 20000) AS n
            """)
        try await fixture.execute(
            """
            INSERT INTO key_health (slice, key_id, provider, slot, next_probe_at)
            SELECT 0, lpad(n::text, 32, '0')::uuid, 'openai', 0, next_probe_at
            FROM key_health, generate_series(1, 20000) AS n
            """)
        let ids = (1...300).map { number in
            let digits = String(number * 60)
            return "00000000-0000-0000-0000-" + String(repeating: "0", count: 12 - digits.count) + digits
        }
        let keys = try await fixture.store.database.read { connection in
            try ids.map { try KeyTable.require($0, in: connection) }
        }
        let now = fixture.clock.now
        let changes = keys.map { key in
            var health = key.health
            health.lastFinding = .valid
            health.schedule(now + 86_400)
            return HealthChange(health, keyID: key.id, ifStill: key.health)
        }
        #expect(changes.filter(\.isRoutine).count == 300)
        let read = try await fixture.store.transaction { transaction in
            let written = try HealthTable.write(changes, in: transaction)
            #expect(written == [Bool](repeating: true, count: 300))
            return try transaction.connection.first(
                "SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'key_health'"
            ) { [$0.integer(0), $0.integer(1)] }
        }
        // Each row is fetched by its id twice: once to be read and once to be updated.
        let walked = read?.first ?? .max
        let fetched = read?.last ?? .max
        #expect(walked < 20 && fetched <= 600)
    }
}

extension KeysFixture {
    /// Expects these counts by status, both as kept and as counted over all keys.
    fileprivate func expectTrueCounts(_ expected: [KeyStatus: Int]) async throws {
        let (kept, counted) = try await store.database.read { connection in
            let rows = try connection.query("SELECT status, count(*) FROM key_health GROUP BY status") {
                (try #require(KeyStatus(rawValue: $0.text(0))), $0.integer(1))
            }
            return (try KeyCountTable.counts(in: connection).byStatus, Dictionary(rows, uniquingKeysWith: +))
        }
        #expect(kept == expected)
        #expect(counted == expected)
    }
}
