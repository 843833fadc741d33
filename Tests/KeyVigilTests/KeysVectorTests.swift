import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import KeyVigil

struct KeysVectorTests {
    @Test("Associated data and canonical parameters are the same bytes in every language")
    func bound() throws {
        for vector in try CiphertextVectors.read().good {
            let row = try #require(vector.row)
            let data = AssociatedData.bytes(
                tenantID: row.tenant, scope: Scope(kind: row.scopeKind, id: row.scopeId), keyID: row.keyId,
                version: row.version, provider: row.provider, params: row.params)
            #expect(data == bytes(hex: vector.associatedData), "\(vector.name)")
            #expect(try EndpointParameters.json(row.parameters) == row.params, "\(vector.name)")
        }
    }

    @Test("A probe time that another program wrote is stored so that it compares equal when read, or refused")
    func turns() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        let copy = { (id: String, turn: String) in
            try await fixture.execute(
                """
                INSERT INTO stored_key SELECT '\(id)', tenant_id, scope_kind, scope_id, provider, label, params, prefix, hint,
                    ciphertext, is_default, expires_at, created_at, updated_at FROM stored_key WHERE id = '\(key.id)'
                """)
            try await fixture.execute(
                """
                INSERT INTO key_health (slice, key_id, provider, slot, next_probe_at)
                VALUES (0, '\(id)', 'openai', 7, '\(turn)')
                """)
            try await fixture.set(id) { $0.record(.sample(.providerError, at: .now)) }
            #expect(try await fixture.store.key(id).health.unknownCount == 1, "\(turn)")
        }
        try await copy("00000000-0000-4000-8000-000000000001", "2026-11-21T10:15:00.123Z")
        guard TestStore.isOnServer else {
            await #expect(throws: DatabaseError.self) {
                try await copy("00000000-0000-4000-8000-000000000002", "2026-11-21 10:15:00")
            }
            return
        }
        for digits in ["1234567", "1235", "999999", "5"] {
            try await copy(
                "00000000-0000-4000-8000-\(digits.padding(toLength: 12, withPad: "0", startingAt: 0))",
                "2026-11-21 10:15:00.\(digits)+00")
        }
    }
}
