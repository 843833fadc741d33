internal import Dispatch
public import Foundation

/// One store, on one thread of its own: work is handed to it whole, so that no transaction can be open while anyone
/// waits for the network.
public actor Database {
    private let thread: DatabaseThread
    private let engine: any Engine
    private let connection: Connection
    private let clock: StoreClock?
    private let stop: StopSignal
    /// The last search for a lost server was in vain: whoever waits in line does not begin a whole one of its own.
    private var hasGivenUp = false
    /// What this engine says in its own way.
    public nonisolated let dialect: Dialect

    /// The thread that runs this actor; blocking C never runs on the cooperative pool.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Opens a SQLite file.
    ///
    /// - Parameters:
    ///   - create: makes the file where it is missing; without it a missing file throws `unavailable`.
    ///   - stop: once it is raised, nothing waits for other writers for more than a second.
    public init(sqlite path: String, create: Bool, stop: StopSignal = StopSignal()) throws {
        let engine = try SQLiteEngine(path: path, create: create, stop: stop)
        try engine.configure()
        self.init(engine, clock: nil, stop)
    }

    /// Connects to a PostgreSQL server.
    ///
    /// A connection that breaks later is made again, for up to 25 seconds, and what was under way is begun anew.
    ///
    /// - Parameters:
    ///   - seconds: for how long a silent server is waited for.
    ///   - stop: once it is raised, a server that is silent or gone is given up after a second or two.
    /// - Throws: ``DatabaseError`` of kind `unavailable` or `forbidden`.
    public init(postgresql url: PostgresURL, within seconds: Double = 10, stop: StopSignal = StopSignal()) throws {
        let engine = try PostgresEngine(url, within: seconds, stop)
        self.init(engine, clock: engine.clock, stop)
    }

    /// The same without holding up the thread of whoever asks.
    public static func connected(
        postgresql url: PostgresURL, within seconds: Double = 10, stop: StopSignal = StopSignal()
    ) async throws -> Database {
        let thread = DatabaseThread()
        let engine = try await thread.run { try PostgresEngine(url, within: seconds, stop) }
        return Database(engine, clock: engine.clock, stop, on: thread)
    }

    private init(
        _ engine: any Engine, clock: StoreClock?, _ stop: StopSignal, on thread: DatabaseThread = DatabaseThread()
    ) {
        self.thread = thread
        self.engine = engine
        self.clock = clock
        self.stop = stop
        connection = Connection(engine)
        dialect = engine.dialect
    }

    /// What a server needs for its transactions; a part of the schema's first step there.
    public static let serverTables = TransactionMark.table

    /// The store's clock: the server's as of the last transaction, or this machine's for SQLite.
    public nonisolated var now: Date { clock?.now ?? Date() }

    /// Runs `body` in one transaction that writes: all of it or, when it throws, nothing.
    ///
    /// No other writer runs meanwhile, so that what `body` reads is still true when it writes. On a server `body` may
    /// be run again, from the beginning, where the connection broke or another transaction had to go first.
    public func transaction<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try run(.alone, body)
    }

    /// Like ``transaction(_:)``, but on a server beside others of its kind: for statements that guard themselves by
    /// their conditions and by row locks. Each statement sees what was committed before it.
    public func sharedTransaction<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try run(.together, body)
    }

    /// Like ``transaction(_:)``, with all the time that a change of the schema may take.
    public func migration<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try run(.migrating, body)
    }

    /// Runs `body` on one consistent snapshot; it must not write.
    public func read<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try run(.reading, body)
    }

    /// Moves SQLite's write-ahead log into the file and empties it, so that purged bytes are gone from both.
    ///
    /// Does what it can while other processes read; the next call does the rest. A server's own log is its operator's.
    public func purge() throws {
        guard dialect == .sqlite else { return }
        _ = try connection.first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }
    }

    /// Whether the engine finds the store whole. A server looks after its files itself: there it means that it answers.
    public func isWhole() throws -> Bool {
        guard dialect == .sqlite else { return try read { try $0.first("SELECT 1") { $0.integer(0) } } == 1 }
        return try read { try $0.query("PRAGMA integrity_check") { $0.text(0) } } == ["ok"]
    }

    private func run<Value: Sendable>(_ access: Access, _ body: (Connection) throws -> Value) throws -> Value {
        var patience = Patience(stop, lasting: hasGivenUp ? 1 : PostgresEngine.patience)
        do {
            let value = try attempt(access, body, &patience)
            hasGivenUp = false
            return value
        } catch let error as DatabaseError where dialect == .postgresql && error.kind == .unavailable {
            hasGivenUp = true
            throw error
        }
    }

    private func attempt<Value: Sendable>(
        _ access: Access, _ body: (Connection) throws -> Value, _ patience: inout Patience
    ) throws -> Value {
        while true {
            do { return try attempt(access, body) } catch let error as DatabaseError where error.remedy != .none {
                try patience.wait(for: error)
                try reconnectIfNeeded(error, &patience)
            }
        }
    }

    private func attempt<Value: Sendable>(_ access: Access, _ body: (Connection) throws -> Value) throws -> Value {
        do {
            try engine.begin(access)
            let value = try body(connection)
            try engine.commit()
            return value
        } catch {
            engine.rollback()
            throw error
        }
    }

    private func reconnectIfNeeded(_ error: DatabaseError, _ patience: inout Patience) throws {
        guard error.remedy == .reconnect, let engine = engine as? PostgresEngine else { return }
        while true {
            do { return try engine.reconnect(within: patience.left) } catch let error as DatabaseError
                where error.remedy == .reconnect
            {
                try patience.wait(for: error)
            }
        }
    }
}

/// How often and for how long a transaction is tried again.
private struct Patience {
    private let stop: StopSignal
    private var conflicts = 0
    private var pause = 0.05
    private var hasWaited = false
    private let start = ProcessInfo.processInfo.systemUptime
    private let seconds: Double

    init(_ stop: StopSignal, lasting seconds: Double) { (self.stop, self.seconds) = (stop, seconds) }

    /// Seconds until it is over.
    private var rest: Double {
        stop.end(ofSearchFrom: start, lasting: seconds) - ProcessInfo.processInfo.systemUptime
    }

    /// The same, at least one, so that a last try can succeed.
    var left: Double { max(rest, 1) }

    /// Waits a little longer each time, or throws `error` when it has been enough. One try is due in any case: time passes
    /// for a process that is paused, too.
    mutating func wait(for error: DatabaseError) throws {
        conflicts += error.remedy == .again ? 1 : 0
        guard conflicts < 20, rest > 0 || !(hasWaited || stop.isRaised) else { throw error }
        hasWaited = true
        stop.sleep(pause * Double.random(in: 0.5...1))
        pause = min(pause * 2, 2)
    }
}

/// A serial queue as an actor's executor.
private final class DatabaseThread: SerialExecutor {
    private let queue = DispatchQueue(label: "keyvigil.database")

    /// Runs `body` there, before any actor is its own.
    func run<Value>(_ body: @escaping @Sendable () throws -> sending Value) async throws -> sending Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                do { continuation.resume(returning: try body()) } catch { continuation.resume(throwing: error) }
            }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
