public import Database
public import Foundation

/// The store and the clock by which it is read and written; everything that needs no master key.
public struct KeyStore: Sendable {
    /// The open store.
    public let database: Database
    /// The time; the demo and the tests move it.
    public let now: @Sendable () -> Date
    /// This process, as leases and runs name it.
    public let runner: RunnerIdentity
    /// The program's version, stored with each run.
    public let program: String

    /// A store on an open database; without `now`, by the store's own clock.
    public init(
        database: Database, program: String, runner: RunnerIdentity = .current,
        now: (@Sendable () -> Date)? = nil
    ) {
        self.database = database
        self.now = now ?? { database.now }
        self.runner = runner
        self.program = program
    }

    /// Brings the schema up to date. Throws `NewerSchema` and changes nothing where the store is ahead.
    @discardableResult
    public func migrate() async throws -> [Int] {
        let now = now()
        // Asked first, so that a command that only reads does not wait for a run that writes.
        guard try await database.read({ try $0.schemaVersion() }) != Schema.version else { return [] }
        return try await database.migration { try $0.migrate(Schema.migrations(for: $0.dialect), now: now) }
    }
}
