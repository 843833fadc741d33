import Database
import Foundation
import KeyVigil
import Secrets
import TestSupport
import Testing

struct KeysRingTests {
    private func ring(_ labels: [String: String]) throws -> KeyRing {
        try KeyRing(labels.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",").utf8)
    }

    @Test("A ring with one known master key is accepted and its new keys recorded; without one it is refused")
    func verified() async throws {
        let fixture = try await KeysFixture()
        let one = try KeyRing.newKey()
        let two = try KeyRing.newKey()
        let store = KeyStore(
            database: try Database(sqlite: fixture.directory.path("other.db"), create: true), program: "test")
        try await store.migrate()
        try await store.verify(ring(["trial": two]))
        try await store.verify(ring(["a": one]))
        // Once a key is stored, the ring is checked.
        try await store.addUnopenedKey()
        await #expect(throws: WrongKeyRing.self) { try await store.verify(ring(["a": two])) }
        try await store.verify(ring(["a": two, "b": one]))
        try await store.verify(ring(["renamed": two]))
        await #expect(throws: WrongKeyRing.self) { try await store.verify(ring(["a": KeyRing.newKey()])) }
    }

    @Test("A master key with a known id and another check value is refused, even beside a correct one")
    func damaged() async throws {
        let fixture = try await KeysFixture()
        try await fixture.store.addUnopenedKey()
        try await fixture.execute("UPDATE encryption_key SET check_value = (SELECT hash FROM audit_entry LIMIT 1)")
        await #expect(throws: WrongKeyRing.self) { try await fixture.store.verify(fixture.vault.ring) }
    }

    @Test("A ciphertext is bound to tenant, scope, key, provider and endpoint")
    func bound() async throws {
        let fixture = try await KeysFixture()
        try await fixture.addTenant("other")
        let key = try await fixture.add()
        let provider = try fixture.vault.provider("openai")
        let changes = [
            "tenant_id = 'other'", "scope_kind = 'user', scope_id = '1'", "provider = 'groq'",
            "params = '{\"a\":\"b\"}'",
        ]
        for change in changes {
            let columns = "tenant_id = 'acme', scope_kind = '', scope_id = '', provider = 'openai', params = '{}'"
            try await fixture.execute("UPDATE stored_key SET \(columns)")
            try await fixture.execute("UPDATE stored_key SET \(change)")
            let changed = try await fixture.store.key(key.id)
            let (observation, keyType) = try await fixture.vault.probe(changed, provider: provider)
            #expect(observation.finding == .undecryptable && observation.verdict == .unknown, "\(change)")
            #expect(keyType == nil)
        }
    }
}

extension KeyStore {
    /// Inserts a stored key, so that rings are checked.
    fileprivate func addUnopenedKey() async throws {
        try await database.transaction { connection in
            try connection.script(
                """
                INSERT INTO tenant VALUES ('ring', 'Ring', 'en', 'UTC', TRUE, 'fail', '2026-01-01T00:00:00.000Z');
                INSERT INTO stored_key (id, tenant_id, provider, label, prefix, hint, ciphertext, created_at, updated_at)
                SELECT '00000000-0000-4000-8000-000000000000', 'ring', 'openai', '', '', '', check_value, since, since
                FROM encryption_key LIMIT 1;
                """)
        }
    }
}
