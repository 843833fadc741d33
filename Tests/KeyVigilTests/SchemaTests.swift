import Database
import Foundation
import TestSupport
import Testing

@testable import KeyVigil

/// Migration of stores that earlier versions wrote.
struct SchemaTests {
    @Test("A store of version 2 is migrated with all its data, except the results of canaries")
    func fromTwo() async throws {
        let directory = try TemporaryDirectory()
        let database = try Database(sqlite: directory.path("store.db"), create: true)
        try await database.transaction { connection in
            try connection.migrate(Array(Schema.migrations(for: connection.dialect).prefix(2)), now: .now)
            try connection.script(
                """
                INSERT INTO control (provider, host, kind, at, outcome, finding, run_id)
                VALUES ('openai', '', 'canary', '2026-03-01T00:00:00.000Z', 'passed', 'valid', 'r'),
                    ('openai', '', 'negative', '2026-03-01T00:00:00.000Z', 'passed', 'invalid', 'r');
                INSERT INTO provider_brake
                    (id, provider, key_type, reason, on_at, checked_at, dead, answered, most)
                VALUES ('b', 'openai', 'standard', 'evidence', '2026-03-01T00:00:00.000Z',
                    '2026-03-01T00:00:00.000Z', 1, 2, 3);
                """)
        }
        try await KeyStore(database: database, program: "test").migrate()
        let found = try await database.read { connection in
            (
                try connection.schemaVersion(),
                try connection.query("SELECT kind || key_type || is_outvoted FROM control") { $0.text(0) },
                try connection.query("SELECT reason || by_canary FROM provider_breaker") { $0.text(0) }
            )
        }
        #expect(found.0 == Schema.version)
        #expect(found.1 == ["negative0"])
        #expect(found.2 == ["evidence0"])
    }

    @Test("A store of version 12 keeps its breakers, releases, hours and conditions under their new names")
    func fromTwelve() async throws {
        let place = try await TestStore()
        let database = try place.open()
        _ = try await database.migration { connection in
            try connection.migrate(Array(Schema.migrations(for: connection.dialect).prefix(12)), now: .now)
        }
        try await database.transaction { connection in
            try connection.script(
                """
                INSERT INTO provider_brake
                    (id, provider, key_type, reason, on_at, checked_at, off_at, dead, answered, most)
                VALUES ('b', 'openai', 'standard', 'evidence', '2026-03-01T00:00:00.000Z',
                    '2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z', 1, 2, 3);
                INSERT INTO brake_release (id, provider, at, reason)
                VALUES ('r', 'openai', '2026-03-01T00:00:00.000Z', 'leak');
                INSERT INTO provider_hour (provider, key_type, hour, braked) VALUES ('openai', 'standard', 1, TRUE);
                INSERT INTO condition (kind, subject, since, facts)
                VALUES ('brake', 'openai/standard', '2026-03-01T00:00:00.000Z', '');
                """)
        }
        try await KeyStore(database: database, program: "test").migrate()
        let found = try await database.read { connection in
            let queries = [
                "SELECT opened_at FROM provider_breaker WHERE closed_at > opened_at", "SELECT at FROM breaker_release",
                "SELECT provider FROM provider_hour WHERE breaker_open",
                "SELECT since FROM condition WHERE kind = 'breaker'",
            ]
            return try queries.map { try connection.query($0) { $0.text(0) }.count }
        }
        #expect(found == [1, 1, 1, 1])
    }
}
