public import Foundation

/// One store, on one thread of its own. It runs each transaction from begin to end without suspending, so that no
/// transaction is open while a task waits for the network.
///
/// Every transaction method throws what its closure throws, and ``DatabaseError`` of these kinds, after which nothing
/// is committed:
/// - `busy`: in SQLite another process held the write lock for ten seconds; on PostgreSQL the transaction lost
///   conflicts with others 20 times or for 25 seconds, or a statement took more than 12 seconds. Try again later.
/// - `unavailable`: the store cannot be read or written, or the server could not be reached for 25 seconds. Code
///   08007 alone leaves the outcome open: the connection was lost at COMMIT, and the server did not say whether it
///   committed.
///
/// A stop request shortens these waits to a second or two.
public actor Database {
    /// Seconds for which a lost server is searched once the search before has failed: transactions that waited for it
    /// do not search for the whole time again.
    private static let shortSearch = 1.0

    private let thread: DatabaseThread
    private let engine: any Engine
    private let connection: Connection
    private let clock: ServerClock?
    private let stop: StopSignal
    private var isServerLost = false
    /// The SQL that differs between the engines.
    package nonisolated let dialect: Dialect

    /// The thread that runs this actor: SQLite and libpq block, which the cooperative pool must not.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Opens a SQLite file, on the caller's thread.
    ///
    /// - Parameters:
    ///   - create: creates the file where it is missing.
    ///   - stop: once it is raised, a wait for another writer ends after a second instead of ten.
    /// - Throws: ``DatabaseError`` of kind `unavailable` for a missing file or one that is no database, or
    ///   `forbidden`.
    public init(sqlite path: String, create: Bool, stop: StopSignal = StopSignal()) throws {
        let engine = try SQLiteEngine(path: path, create: create, stop: stop)
        try engine.configure(isNew: create)
        self.init(engine, clock: nil, stop: stop)
    }

    /// Connects to a PostgreSQL server, and blocks the caller's thread meanwhile; see
    /// ``connected(postgresql:within:stop:)``.
    ///
    /// Where the connection breaks later, the database reconnects for up to 25 seconds and runs the transaction again.
    ///
    /// - Parameters:
    ///   - seconds: the longest wait for the server.
    ///   - stop: once it is raised, a server that does not answer or cannot be reached is given up after a second or
    ///     two.
    /// - Throws: ``DatabaseError`` of kind `unavailable` where the server cannot be reached or is older than
    ///   PostgreSQL 13, or `forbidden` where it refuses the role.
    public init(postgresql url: PostgresURL, within seconds: Double = 10, stop: StopSignal = StopSignal()) throws {
        let engine = try PostgresEngine(url, within: seconds, stop: stop)
        self.init(engine, clock: engine.clock, stop: stop)
    }

    /// Connects to a PostgreSQL server like ``init(postgresql:within:stop:)``, but on the database's thread.
    ///
    /// - Throws: `DatabaseError`, of the same kinds as that initializer.
    public static func connected(
        postgresql url: PostgresURL, within seconds: Double = 10, stop: StopSignal = StopSignal()
    ) async throws -> Database {
        let thread = DatabaseThread()
        let engine = try await thread.run { try PostgresEngine(url, within: seconds, stop: stop) }
        return Database(engine, clock: engine.clock, stop: stop, on: thread)
    }

    private init(
        _ engine: any Engine, clock: ServerClock?, stop: StopSignal, on thread: DatabaseThread = DatabaseThread()
    ) {
        self.thread = thread
        self.engine = engine
        self.clock = clock
        self.stop = stop
        connection = Connection(engine)
        dialect = engine.dialect
    }

    /// The store's clock: the server's, as read by the last transaction and advanced since, or this machine's for
    /// SQLite.
    public nonisolated var now: Date { clock?.now ?? Date() }

    // MARK: - Transactions

    /// Runs `body` in one transaction that may write, and commits it; where `body` throws, rolls it back.
    ///
    /// No other transaction writes meanwhile, so that what `body` reads is still true when it writes. On PostgreSQL
    /// `body` runs again from its beginning where the connection was lost or the transaction lost a conflict with
    /// another one.
    package func transaction<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try run(.exclusive, body: body)
    }

    /// Like ``transaction(_:)``, but on PostgreSQL other shared transactions write meanwhile: for statements that
    /// protect themselves by conditions and row locks. Each statement sees what was committed before it began.
    package func sharedTransaction<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try run(.shared, body: body)
    }

    /// Like ``transaction(_:)``, without time limits for statements and locks on PostgreSQL: for changes of the
    /// schema.
    package func migration<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try run(.migrating, body: body)
    }

    /// Runs `body` on one consistent snapshot; `body` must not write.
    package func read<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try run(.reading, body: body)
    }

    // MARK: - Care of the file

    /// Turns on SQLite's write-ahead log for a file that is known to be a store; a copy may have lost it. Does nothing
    /// on PostgreSQL.
    ///
    /// - Throws: ``DatabaseError`` where the file cannot be written.
    public func useWriteAheadLog() throws { try (engine as? SQLiteEngine)?.useWriteAheadLog() }

    /// Moves SQLite's write-ahead log into the database file and empties it, so that deleted bytes are gone from both.
    ///
    /// Moves only a part while other processes read; the next call moves the rest. Does nothing on PostgreSQL, whose
    /// log is its operator's. Throws ``DatabaseError``.
    public func truncateWriteAheadLog() throws {
        guard dialect == .sqlite else { return }
        _ = try connection.first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }
    }

    /// Whether SQLite's integrity check finds no damage. On PostgreSQL, which checks its own files, whether it
    /// answers.
    ///
    /// - Throws: `DatabaseError` where the store cannot be read or does not answer.
    public func passesIntegrityCheck() throws -> Bool {
        switch dialect {
        case .sqlite: try read { try $0.query("PRAGMA integrity_check") { $0.text(0) } } == ["ok"]
        case .postgresql: try read { try $0.first("SELECT 1") { $0.integer(0) } } == 1
        }
    }

    // MARK: - Retries

    private func run<Value: Sendable>(
        _ mode: TransactionMode, body: (Connection) throws -> Value
    ) throws -> Value {
        let seconds = isServerLost ? Self.shortSearch : PostgresEngine.longestSearch
        var policy = RetryPolicy(lasting: seconds, stop: stop)
        do {
            let value = try runWithRetries(mode, policy: &policy, body: body)
            isServerLost = false
            return value
        } catch let error as DatabaseError where dialect == .postgresql && error.kind == .unavailable {
            isServerLost = true
            throw error
        }
    }

    private func runWithRetries<Value: Sendable>(
        _ mode: TransactionMode, policy: inout RetryPolicy, body: (Connection) throws -> Value
    ) throws -> Value {
        while true {
            do {
                return try runOnce(mode, body: body)
            } catch let error as DatabaseError where error.retry != .never {
                try policy.wait(after: error)
                if error.retry == .onNewConnection { try reconnect(policy: &policy) }
            }
        }
    }

    private func runOnce<Value: Sendable>(
        _ mode: TransactionMode, body: (Connection) throws -> Value
    ) throws -> Value {
        do {
            try engine.begin(mode)
            let value = try body(connection)
            try engine.commit()
            return value
        } catch {
            engine.rollback()
            throw error
        }
    }

    private func reconnect(policy: inout RetryPolicy) throws {
        guard let engine = engine as? PostgresEngine else { return }
        while true {
            do {
                return try engine.reconnect(within: policy.timeForAttempt)
            } catch let error as DatabaseError where error.retry == .onNewConnection {
                try policy.wait(after: error)
            }
        }
    }
}
