internal import Dispatch

/// One store, on one thread of its own: work is handed to it whole, so that no transaction can be open while anyone
/// waits for the network.
public actor Database {
    private let thread: DatabaseThread
    private let connection: Connection

    /// The thread that runs this actor; blocking C never runs on the cooperative pool.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Opens a SQLite file.
    ///
    /// - Parameter create: makes the file where it is missing; without it a missing file throws `unavailable`.
    public init(sqlite path: String, create: Bool) throws {
        connection = try Connection(path: path, create: create)
        try connection.configure()
        thread = DatabaseThread()
    }

    /// Runs `body` in one transaction that writes: all of it or, when it throws, nothing.
    ///
    /// Takes SQLite's write lock first, so that what `body` reads is still true when it writes.
    public func transaction<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try run(begin: "BEGIN IMMEDIATE", body)
    }

    /// Runs `body` on one consistent snapshot; it must not write.
    public func read<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
        try run(begin: "BEGIN", body)
    }

    /// Moves the write-ahead log into the file and empties it, so that purged bytes are gone from both.
    ///
    /// Does what it can while other processes read; the next call does the rest.
    public func purge() throws {
        _ = try connection.first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }
    }

    private func run<Value: Sendable>(begin: String, _ body: (Connection) throws -> Value) throws -> Value {
        try connection.execute(begin)
        do {
            let value = try body(connection)
            try connection.execute("COMMIT")
            return value
        } catch {
            _ = try? connection.execute("ROLLBACK")
            throw error
        }
    }
}

/// A serial queue as an actor's executor.
private final class DatabaseThread: SerialExecutor {
    private let queue = DispatchQueue(label: "keyvigil.database")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
