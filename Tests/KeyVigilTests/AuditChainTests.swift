import Database
import Foundation
import KeyVigil
import Secrets
import TestSupport
import Testing

struct AuditChainTests {
    /// The columns in the documented order of hashing, read as text.
    private static let columns = [
        "run_id", "seq", "at", "actor", "event", "key_id", "tenant_id", "provider", "key_prefix", "finding",
        "http_status", "provider_code", "request_id", "details",
    ]

    private struct Line: Sendable {
        let run: String
        let sequence: Int
        let fields: [String?]
        let hash: [UInt8]
    }

    private func lines(_ fixture: KeysFixture) async throws -> [Line] {
        let columns = Self.columns
        return try await fixture.store.database.read { connection in
            try connection.query(
                "SELECT \(columns.joined(separator: ", ")), hash FROM audit_entry ORDER BY run_id, seq"
            ) { row in
                Line(
                    run: row.text(0), sequence: row.integer(1),
                    fields: columns.indices.map { row.optionalText($0) }, hash: row.blob(columns.count))
            }
        }
    }

    /// A second implementation, from the documentation: previous hash, then each field as 4 bytes of length and UTF-8.
    private func hash(_ line: Line, after previous: [UInt8]) throws -> [UInt8] {
        var bytes = previous
        for field in line.fields {
            let length = field.map { UInt32($0.utf8.count) } ?? .max
            bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + Array((field ?? "").utf8)
        }
        return try SHA256.hash(bytes)
    }

    private func isSound(_ lines: [Line]) throws -> Bool {
        for (run, entries) in Dictionary(grouping: lines, by: \.run) {
            guard entries.map(\.sequence) == Array(1...entries.count) else { return false }
            var previous = try SHA256.hash(Array(run.utf8))
            for entry in entries {
                guard try hash(entry, after: previous) == entry.hash else { return false }
                previous = entry.hash
            }
        }
        return true
    }

    private func busyFixture() async throws -> KeysFixture {
        let fixture = try await KeysFixture()
        for _ in 0..<5 {
            let key = try await fixture.add()
            try await fixture.replace(key.id)
            try await fixture.store.disable(key.id)
            try await fixture.store.delete(key.id)
            fixture.clock.advance(days: 11)
        }
        return fixture
    }

    @Test("Run ids are UUIDs of version 7, so that a later run is sorted after an earlier one")
    func ids() {
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let ids = (0..<50).map { number in
            RunRecord(
                kind: .job, runner: .current, program: "test", startedAt: start + Double(number) / 500
            ).id
        }
        #expect(ids == ids.sorted() && Set(ids).count == 50)
        for id in ids {
            #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        }
    }

    @Test("Each run's rows are numbered without a gap and chained by hashes without a secret")
    func chained() async throws {
        let lines = try await lines(busyFixture())
        #expect(lines.count == 21)
        #expect(try isSound(lines))
        #expect(Set(lines.map { String(($0.fields[2] ?? "").prefix(7)) }) == ["2026-03", "2026-04"])
    }

    @Test("Several rows of one run are one chain, and a rolled-back transaction leaves no gap")
    func rollback() async throws {
        struct Stop: Error {}
        let fixture = try await KeysFixture()
        for isFailing in [true, false] {
            try? await fixture.store.command { transaction in
                for number in 1...3 {
                    try transaction.append(
                        AuditEntry(ProbeDiscarded(version: number), at: transaction.now, tenantID: "acme"))
                }
                if isFailing { throw Stop() }
            }
        }
        let lines = try await lines(fixture)
        #expect(lines.count == 4 && Dictionary(grouping: lines, by: \.run).count == 2)
        #expect(try isSound(lines))
    }

    @Test(
        "The store refuses to change, delete or replace a row by SQL",
        arguments: [
            "UPDATE audit_entry SET details = 'x'", "DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE seq = 1",
            "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
            "UPDATE OR IGNORE audit_entry SET hash = zeroblob(32)",
        ])
    func appendOnly(sql: String) async throws {
        let fixture = try await busyFixture()
        let before = try await lines(fixture).map(\.hash)
        await #expect(throws: DatabaseError.self) { try await fixture.execute(sql) }
        #expect(try await lines(fixture).map(\.hash) == before)
    }

    @Test("A changed, missing or reordered row breaks the chain", .enabled(if: !TestStore.isOnServer))
    func tampered() async throws {
        let lines = try await lines(busyFixture())
        let target = try #require(lines.first { $0.sequence == 1 })
        var fields = target.fields
        fields[7] = "groq"
        let changed = Line(run: target.run, sequence: 1, fields: fields, hash: target.hash)
        #expect(!(try isSound([changed])))
        #expect(try isSound([target]))
    }

    @Test("Audit rows hold a key's prefix, but no label, name or address")
    func prefixOnly() async throws {
        let fixture = try await busyFixture()
        let rows = try await lines(fixture).map { $0.fields.map { $0 ?? "" }.joined(separator: " ") }
        for word in ["Q7Q7", "Z1Z1", "Tenant acme", "@", "OpenAI"] { #expect(!rows.contains { $0.contains(word) }) }
        #expect(
            try await fixture.texts("SELECT DISTINCT key_prefix FROM audit_entry WHERE key_id IS NOT NULL") == [
                "sk-proj-"
            ])
    }
}
