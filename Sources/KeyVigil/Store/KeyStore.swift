public import Database
public import Foundation

/// The store and its clock, with every operation that needs no master key.
public struct KeyStore: Sendable {
    /// The open store.
    public let database: Database
    /// The present time; the demo and the tests set it.
    public let now: @Sendable () -> Date
    /// The process that leases and runs are recorded for.
    public let runner: RunnerIdentity
    /// The program's version, stored with each run.
    public let program: String

    /// A store on an open database; without `now`, the database's own clock tells the time.
    public init(
        database: Database, program: String, runner: RunnerIdentity = .current,
        now: (@Sendable () -> Date)? = nil
    ) {
        self.database = database
        self.now = now ?? { database.now }
        self.runner = runner
        self.program = program
    }

    /// Migrates the schema to the version of this program and returns the versions that were applied.
    ///
    /// - Throws: `NewerSchema` where a newer program migrated the store, which is then left as it is: update this
    ///   program. `DatabaseError` where the store fails.
    @discardableResult
    public func migrate() async throws -> [Int] {
        let now = now()
        // Read first, so that a command that only reads does not wait for a run that writes.
        guard try await database.read({ try $0.schemaVersion() }) != Schema.version else { return [] }
        return try await database.migration { try $0.migrate(Schema.migrations(for: $0.dialect), now: now) }
    }
}
