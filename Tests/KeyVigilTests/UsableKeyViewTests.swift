import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import KeyVigil

/// The view `usable_key`, which platforms in other languages read.
struct UsableKeyViewTests {
    private static let order = "standing, is_default DESC, health, confirmed_at DESC NULLS LAST, key_id"
    /// The query that README gives.
    private static let query = Result {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let block = try #require(readme.components(separatedBy: "```sql\n").dropFirst().first)
        return try #require(block.components(separatedBy: "```").first)
    }

    @Test("The view has the keys that resolving may choose, in the same order, over random healths")
    func order() async throws {
        let fixture = try await KeysFixture()
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<Campaign.count(ci: 60, long: 2000) {
            try await addRandomKey(to: fixture, &generator)
        }
        for scope in ["", "project:1", "user:2"] {
            for skipsExhausted in [false, true] {
                let expected = try await ranked(fixture, try Scope(scope), skipsExhausted)
                let viewed = try await viewed(fixture, try Scope(scope), skipsExhausted)
                #expect(viewed == expected && !viewed.isEmpty, "\(scope)")
                let scopes = scope.isEmpty ? [] : [try Scope(scope)]
                let found = try await fixture.resolver(skipsExhausted: skipsExhausted)
                    .resolve(tenantID: "acme", .provider("openai"), scopes: scopes)
                #expect(found.keyID == viewed.first)
                let byReadme = try await firstByReadme(fixture, try Scope(scope))
                #expect(skipsExhausted || byReadme == viewed.first)
            }
        }
    }

    private func addRandomKey(to fixture: KeysFixture, _ generator: inout some RandomNumberGenerator) async throws {
        let key = try await fixture.add(
            scope: ["", "project:1", "user:2"].randomElement(using: &generator) ?? "",
            isDefault: Int.random(in: 0..<8, using: &generator) == 0)
        let findings: [Finding?] = Finding.allCases + [nil, .valid, .valid, .valid, .valid, .restricted]
        let finding = findings.randomElement(using: &generator) ?? nil
        let hours = (0..<3).map { _ in Double(Int.random(in: 0..<3, using: &generator)) }
        let chances = (0..<6).map { _ in Int.random(in: 0..<4, using: &generator) == 0 }
        try await fixture.set(key.id) { health in
            let start = ResolvingState.start
            if chances[1] { health.suspect(since: start) }
            if chances[0], hours[0] == 1 { try? health.disable(at: start) }
            if chances[0], hours[0] == 2 { health.revoke() }
            if chances[2] { _ = health.runOutOfCredit(at: start) }
            health.lastFinding = finding
            health.lastConclusiveAt = chances[3] ? nil : start + hours[1] * 3600
            health.aliveAt = chances[4] ? nil : start + hours[2] * 3600
        }
        guard chances[5] else { return }
        let year = Bool.random(using: &generator) ? 2020 : 2099
        try await fixture.execute(
            "UPDATE stored_key SET expires_at = '\(year)-01-01T00:00:00.000Z' WHERE id = '\(key.id)'")
    }

    private func ranked(_ fixture: KeysFixture, _ scope: Scope, _ skipsExhausted: Bool) async throws -> [String] {
        let now = fixture.clock.now
        let keys = try await fixture.store.database.read {
            try KeyTable.keys(KeyFilter(tenantID: "acme"), page: 9999, in: $0)
        }
        return keys.filter { $0.scope == scope }
            .map { CandidateKey($0, isLive: true, skipsExhausted: skipsExhausted, now: now) }
            .filter { $0.obstacle == nil }.sorted { $0.rank < $1.rank }.map(\.key.id)
    }

    private func viewed(_ fixture: KeysFixture, _ scope: Scope, _ skipsExhausted: Bool) async throws -> [String] {
        try await fixture.texts(
            """
            SELECT key_id FROM usable_key WHERE tenant_id = 'acme' AND provider = 'openai'
                AND scope_kind = '\(scope.kind)' AND scope_id = '\(scope.id)'\(skipsExhausted ? " AND health <> 2" : "")
            ORDER BY \(Self.order)
            """)
    }

    private func firstByReadme(_ fixture: KeysFixture, _ scope: Scope) async throws -> String? {
        let query = try Self.query.get()
        #expect(query.contains("ORDER BY \(Self.order) LIMIT 1"))
        return try await fixture.store.database.read { connection in
            try connection.first(
                query, [.text("acme"), .text("openai"), .text(scope.kind), .text(scope.id)]
            ) { $0.text(0) }
        }
    }

    @Test("The view has what is needed to open a key, and no keys of tenants without BYOK")
    func columns() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add(scope: "project:42", isDefault: true)
        let row = try await fixture.store.database.read { connection in
            try connection.first(
                """
                SELECT key_id || ' ' || tenant_id || ' ' || scope_kind || ' ' || scope_id || ' ' || provider || ' ' || label
                    || ' ' || params || ' ' || prefix || ' ' || hint || ' ' || key_version, ciphertext, is_default,
                    is_suspected, expires_at, finding, confirmed_at, standing, health FROM usable_key
                """
            ) { ($0.text(0), $0.blob(1), $0.flag(2), $0.flag(3), $0.time(4), $0.optionalText(5), $0.integer(8)) }
        }
        let (texts, sealed, isDefault, isSuspected, expiresAt, finding, health) = try #require(row)
        #expect(texts == "\(key.id) acme project 42 openai OpenAI {} sk-proj- sk-proj-… 1")
        #expect(isDefault)
        #expect(!isSuspected)
        #expect(expiresAt == nil)
        #expect(finding == nil)
        #expect(health == 3)
        let stored = try await fixture.store.database.read { try KeyTable.ciphertext(keyID: key.id, in: $0) }
        #expect(sealed == stored)
        try await fixture.store.changeTenant("acme") { $0.byok = false }
        #expect(try await fixture.texts("SELECT key_id FROM usable_key").isEmpty)
    }
}
