import Database
import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Simulator
import TestSupport
import Testing

@testable import Revalidation

/// A run with nothing due costs little with any number of keys; SQLite's plans and step counts show it.
@Suite(.enabled(if: !TestStore.isOnServer))
struct IdleRunTests {
    @Test("With nothing due no key row is read, also with a breaker open, BYOK off and a provider switched off")
    func steps() async throws {
        try await Platform.run { platform in
            try await platform.addTenant("off")
            _ = try await platform.addKeys(4, .invalid)
            try await platform.revalidate()
            try await platform.insert(3000, provider: "openai", nextProbe: platform.clock.now + Timing.day)
            try await platform.insert(3000, provider: "groq", nextProbe: platform.clock.now - Timing.day)
            try await platform.insert(10, provider: "openai", tenant: "off", nextProbe: platform.clock.now)
            try await platform.store.changeTenant("off") { $0.byok = false }

            // A separate connection has prepared this run's statements and no others.
            let database = try Database(sqlite: platform.directory.path("store.db"), create: false)
            let store = KeyStore(database: database, program: "test", now: { platform.clock.now })
            let report = try await platform.revalidate(platform.vault(switchedOff: ["groq"], store: store))
            #expect(report.keys.due == 0 && report.attention.texts.contains { $0.contains("the breaker of openai") })
            #expect(report.coverage?.enabled == 3004)
            let statements = try await database.read { try $0.preparedStatements() }
            let scan = /SCAN (h|k|key_health|stored_key)\b/
            #expect(statements.count > 20)
            #expect(statements.filter { $0.plan.contains { $0.contains(scan) } }.map(\.sql) == [])
            #expect(statements.filter { $0.steps > 3000 }.map { $0.plan.first } == ["SCAN l"])
        }
    }

    @Test(
        "Keys of a provider that is off or unknown are not due in run, status and coverage", arguments: [true, false])
    func leftAlone(isKnown: Bool) async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(200, provider: "groq")
            if !isKnown {
                try await platform.execute("UPDATE stored_key SET provider = 'future'")
                try await platform.execute("UPDATE key_health SET provider = 'future'")
            }
            platform.clock.advance(days: 1)
            let vault = try platform.vault(switchedOff: isKnown ? ["groq"] : [])
            let report = try await platform.revalidate(vault)
            #expect(report.keys.due == 0 && report.keys.probed == 0)
            #expect(report.findings == (isKnown ? [:] : ["unsupported": 200]))
            #expect(try await platform.count("SELECT max(token) FROM slice_lease") == 0)
            let now = platform.clock.now
            let status = try await platform.store.database.read {
                try StoreStatus.current(
                    period: 7 * Timing.day,
                    activeProviders: ActiveProviders.current(of: vault.catalogue, under: vault.overrides, in: $0),
                    now: now, in: $0
                )
            }
            #expect(status.dueNow == 0 && status.coverage.enabled == (isKnown ? 0 : 200))
            let key = try await platform.addKey()
            #expect(try await platform.revalidate(vault).keys.due == 1)
            #expect(await platform.probes(key) == 1)
            if isKnown { #expect(try await platform.revalidate().keys.probed == 200) }
        }
    }

    @Test("Coverage and cap leave out the keys of tenants without BYOK, whatever their health")
    func withoutBYOK() async throws {
        try await Platform.run { platform in
            try await platform.addTenant("off")
            _ = try await platform.addKeys(3)
            _ = try await platform.addKeys(5, tenant: "off")
            try await platform.revalidate()
            _ = try await platform.addKeys(7, tenant: "off")
            let before = try await platform.numbers()
            #expect(before.coverage.enabled == 15)
            #expect(before.coverage.covered == 8)
            #expect(before.enabled == 15)
            try await platform.store.changeTenant("off") { $0.byok = false }
            let after = try await platform.numbers()
            #expect(after.coverage.enabled == 3)
            #expect(after.coverage.covered == 3)
            #expect(after.enabled == 3)
            platform.clock.advance(days: 8)
            let later = try await platform.numbers()
            #expect(later.coverage.enabled == 3)
            #expect(later.coverage.covered == 0)
            #expect(later.coverage.overdue == 3)
        }
    }
}

/// A prepared statement with its plan and the virtual-machine steps that SQLite has counted for it.
private struct PreparedStatement {
    let sql: String
    let steps: Int
    let plan: [String]
}

extension Connection {
    fileprivate func preparedStatements() throws -> [PreparedStatement] {
        try query("SELECT sql, nstep FROM sqlite_stmt") { ($0.text(0), $0.integer(1)) }
            .filter { !$0.0.hasPrefix("PRAGMA") }
            .map { sql, steps in
                PreparedStatement(
                    sql: sql, steps: steps, plan: try query("EXPLAIN QUERY PLAN \(sql)") { $0.text(3) })
            }
    }
}

extension Platform {
    /// Inserts keys that were found alive just now, with ciphertexts that do not open.
    fileprivate func insert(
        _ count: Int, provider: String, tenant: String = "acme", nextProbe: Date
    ) async throws {
        let now = UTCText.string(clock.now)
        let next = UTCText.string(nextProbe)
        let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))"
        let block = (provider + tenant).utf8.reduce(0) { $0 + Int($1) }
        let id = "printf('%08x-0000-4000-8000-%012x', i * 65537, \(block))"
        try await execute(
            """
            \(numbers) INSERT INTO stored_key
                (id, tenant_id, provider, label, prefix, hint, ciphertext, created_at, updated_at)
            SELECT \(id), '\(tenant)', '\(provider)', '', '', '', zeroblob(120), '\(now)', '\(now)' FROM n
            """)
        try await execute(
            """
            \(numbers) INSERT INTO key_health
                (slice, key_id, provider, key_type, slot, last_conclusive_at, last_finding, next_probe_at, alive_at)
            SELECT i % 64, \(id), '\(provider)', 'standard', 0, '\(now)', 'valid', '\(next)', '\(now)' FROM n
            """)
    }

    fileprivate func numbers() async throws -> (coverage: Coverage, enabled: Int) {
        let now = clock.now
        let catalogue = catalogue
        return try await store.database.read { connection in
            (
                try Coverage.measured(period: 7 * Timing.day, providers: catalogue.ids, now: now, in: connection),
                try ScopeFacts.enabledKeys(of: Judging.scope, in: connection)
            )
        }
    }
}
