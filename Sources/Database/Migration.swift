package import Foundation

/// One step that brings the schema forward. Steps are numbered from 1; a released step never changes.
package struct Migration: Sendable {
    /// The schema's version after this step.
    package let version: Int
    /// Statements separated by `;`, each of which ends its line.
    package let sql: String

    /// Creates the step to `version`.
    package init(version: Int, sql: String) {
        self.version = version
        self.sql = sql
    }
}

/// A newer version of this program has migrated the store: install that version here, too.
package struct NewerSchema: Error, Equatable {
    /// The store's schema version.
    package let found: Int
    /// The latest schema version that this program knows.
    package let known: Int

    /// Creates the error for a store whose version is beyond `known`.
    package init(found: Int, known: Int) {
        self.found = found
        self.known = known
    }
}

extension Connection {
    /// The store's schema version; 0 for an empty store.
    package func schemaVersion() throws -> Int {
        let exists =
            dialect == .sqlite
            ? "SELECT count(*) > 0 FROM sqlite_master WHERE name = 'schema_migration'"
            : "SELECT to_regclass('schema_migration') IS NOT NULL"
        guard try first(exists, [], { $0.flag(0) }) == true else { return 0 }
        return try first("SELECT coalesce(max(version), 0) FROM schema_migration") { $0.integer(0) } ?? 0
    }

    /// Applies the steps that the store lacks, in their order, and returns their versions. Throws ``NewerSchema``
    /// where the store's version is beyond `steps`, before it changes anything.
    @discardableResult
    package func migrate(_ steps: [Migration], now: Date) throws -> [Int] {
        let found = try schemaVersion()
        let known = steps.map(\.version).max() ?? 0
        guard found <= known else { throw NewerSchema(found: found, known: known) }
        let missing = steps.filter { $0.version > found }
        for step in missing {
            try script(step.sql)
            try execute(
                "INSERT INTO schema_migration (version, applied_at) VALUES ($1, $2)",
                [.integer(step.version), .time(now)])
        }
        return missing.map(\.version)
    }
}
