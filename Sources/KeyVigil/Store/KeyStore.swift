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

    /// Makes the schema in an empty store; does nothing where the store has it.
    ///
    /// - Throws: `UnusableSchema` for a store of another schema, an SQLite file of another program, or a server's
    ///   database that is not encoded in UTF-8; it is left as it is. `DatabaseError` where the store fails.
    public func migrate() async throws {
        let now = now()
        // Read first, so that a command that only reads does not wait for a run that writes.
        guard try await !isReady() else { return }
        try await database.migration { connection in
            // Another process may have made it meanwhile.
            if try !SchemaState(of: connection).isReady() { try Schema.make(at: now, in: connection) }
        }
    }

    /// Whether the store has this program's schema; false for an empty database. Writes nothing.
    ///
    /// - Throws: `UnusableSchema` for a store that this program cannot use; `DatabaseError` where the store fails.
    package func isReady() async throws -> Bool { try await database.read { try SchemaState(of: $0).isReady() } }
}
