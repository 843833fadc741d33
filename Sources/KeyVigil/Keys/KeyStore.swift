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

    /// Runs one writing command: its own audit run (ruling 29), its effects and its audit rows, all or nothing.
    public func command<Value: Sendable>(
        _ body: @Sendable (Connection, inout AuditChain, Date) throws -> Value
    ) async throws -> Value {
        let now = now()
        let run = RunRecord(kind: .command, runner: runner, program: program, startedAt: now)
        return try await database.transaction { connection in
            try connection.insert(run)
            var chain = try AuditChain(runID: run.id, startedAt: now, actor: .operator)
            let value = try body(connection, &chain, now)
            try connection.finish(run.id, at: now, outcome: "complete", summary: nil)
            return value
        }
    }

    /// The key with this id, or a refusal that says where to look.
    public func key(_ id: String) async throws -> StoredKey {
        let id = id.lowercased()
        return try await database.read { connection in try connection.requireKey(id) }
    }
}

extension Connection {
    func requireKey(_ id: String) throws -> StoredKey {
        guard let key = try storedKey(id.lowercased()) else {
            throw InvalidInput("there is no key with this id; `keyvigil keys list` shows them")
        }
        return key
    }

    func requireTenant(_ id: String) throws -> Tenant {
        guard let tenant = try tenant(id) else { throw Self.noTenant }
        return tenant
    }

    static let noTenant = InvalidInput("there is no tenant with this id; `keyvigil tenants list` shows them")
}
