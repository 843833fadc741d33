public import Foundation

/// One forward step of the schema. Steps are numbered from 1 and never change once released.
public struct Migration: Sendable {
    /// Its place in the order.
    public let version: Int
    /// Statements separated by `;`.
    public let sql: String

    /// A step.
    public init(version: Int, sql: String) {
        self.version = version
        self.sql = sql
    }
}

/// The store was written by a newer program than this one.
public struct NewerSchema: Error, Equatable {
    /// What the store has.
    public let found: Int
    /// What this program knows.
    public let known: Int

    /// A store that is ahead.
    public init(found: Int, known: Int) {
        self.found = found
        self.known = known
    }
}

extension Connection {
    /// The schema's version; 0 for an empty store.
    public func schemaVersion() throws -> Int {
        let exists =
            dialect == .sqlite
            ? "SELECT count(*) > 0 FROM sqlite_master WHERE name = 'schema_migration'"
            : "SELECT to_regclass('schema_migration') IS NOT NULL"
        guard try first(exists, [], { $0.flag(0) }) == true else { return 0 }
        return try first("SELECT coalesce(max(version), 0) FROM schema_migration") { $0.integer(0) } ?? 0
    }

    /// Applies the steps that the store lacks and returns their numbers. Throws ``NewerSchema`` and changes nothing
    /// where the store is ahead of `steps`.
    @discardableResult
    public func migrate(_ steps: [Migration], now: Date) throws -> [Int] {
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
