internal import CPostgres
internal import Foundation

/// One connection to a server, in libpq's pipeline mode: statements are sent without waiting for results, and results
/// arrive in the order of their statements.
///
/// Every wait has a time limit of its own: libpq's limits do not cover a network that drops all packets.
final class PostgresConnection {
    typealias ResultHandler = (PostgresResult) throws -> Void

    /// Seconds to wait for the next result, longer than the server works at one statement.
    static let usualTimeout = 15.0
    static let streamTimeout = 600.0
    static let migrationTimeout = 86_400.0

    /// A statement or sync point that was sent and whose results are still to be received.
    private struct Pending {
        let sql: String?
        /// Nil for a statement that is run for its effect.
        var onResult: ResultHandler?
    }

    private let handle: OpaquePointer
    private let stop: StopSignal
    private var pending: [Pending] = []
    private var firstPending = 0
    /// Whether the connection broke or timed out; nothing can be sent on it any more.
    private(set) var isLost = false
    /// Seconds to wait for the next result.
    var resultTimeout = PostgresConnection.usualTimeout

    // MARK: - Connecting

    /// Connects to the first of the URL's servers that accepts, within `seconds` for all of them. Throws
    /// ``DatabaseError`` of kind `unavailable` or `forbidden`.
    static func connect(
        _ url: PostgresURL, within seconds: Double, stop: StopSignal
    ) throws(DatabaseError) -> PostgresConnection {
        let end = StopSignal.uptime + seconds
        let count = url.servers.count
        var failure = DatabaseError.lost("no server is named")
        for (index, server) in url.servers.enumerated() {
            // libpq would wait for a silent server until all the time is over.
            let share = (end - StopSignal.uptime) / Double(count - index)
            let seconds = min(share, url.connectTimeout ?? share)
            do {
                return try PostgresConnection(url, server: server, within: seconds, stop: stop)
            } catch {
                guard error.retry == .onNewConnection else { throw error }
                failure = error
            }
        }
        throw failure
    }

    private init(
        _ url: PostgresURL, server: PostgresURL.Server, within seconds: Double, stop: StopSignal
    ) throws(DatabaseError) {
        guard let handle = url.withParameters(of: server, { PQconnectStartParams($0, $1, 1) }) else {
            throw DatabaseError.lost("no memory")
        }
        self.handle = handle
        self.stop = stop
        try connect(within: seconds)
        PQsetnonblocking(handle, 1)
        guard PQenterPipelineMode(handle) == 1 else { throw DatabaseError.lost("no pipeline mode") }
        // libpq prints notices to standard error; they may name rows.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    private func connect(within seconds: Double) throws(DatabaseError) {
        let start = StopSignal.uptime
        var progress = PGRES_POLLING_WRITING
        repeat {
            guard PQstatus(handle) != CONNECTION_BAD else { throw refused() }
            try wait(forWriting: progress == PGRES_POLLING_WRITING, since: start, atMost: seconds)
            progress = PQconnectPoll(handle)
            guard progress != PGRES_POLLING_FAILED else { throw refused() }
        } while progress != PGRES_POLLING_OK
        guard PQserverVersion(handle) >= 130_000 else {
            throw DatabaseError(
                kind: .unavailable, code: "08004", message: "the server must be PostgreSQL 13 or newer", sql: nil)
        }
    }

    private func refused() -> DatabaseError { .refused(String(cString: PQerrorMessage(handle))) }

    // MARK: - Sending

    /// Prepares a statement under a name that is new to the server connection.
    func prepare(_ sql: String, as name: String, types: [Oid]) throws(DatabaseError) {
        let isQueued = PQsendPrepare(handle, name, sql, Int32(types.count), types) == 1
        try addPending(Pending(sql: sql), isQueued: isQueued)
    }

    /// Runs a prepared statement; `sql` is its text, for errors.
    func execute(
        prepared name: String, sql: String, with parameters: PostgresParameters, onResult: ResultHandler? = nil
    ) throws(DatabaseError) {
        let count = Int32(parameters.types.count)
        let isQueued = parameters.withPointers { values, lengths, formats in
            PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1) == 1
        }
        try addPending(Pending(sql: sql, onResult: onResult), isQueued: isQueued)
    }

    /// Runs a statement without preparing it under a name.
    func execute(
        _ sql: String, with parameters: PostgresParameters = .none, onResult: ResultHandler? = nil
    ) throws(DatabaseError) {
        let count = Int32(parameters.types.count)
        let isQueued = parameters.withPointers { values, lengths, formats in
            PQsendQueryParams(handle, sql, count, parameters.types, values, lengths, formats, 1) == 1
        }
        try addPending(Pending(sql: sql, onResult: onResult), isQueued: isQueued)
    }

    /// Runs a statement and does not wait for its result, which is received with the next ones.
    func executeWithoutWaiting(_ sql: String) throws(DatabaseError) {
        try execute(sql)
        try sync()
    }

    /// Ends the pipeline's current group of statements: the server answers to the group, and an error in it no longer
    /// affects later statements.
    func sync() throws(DatabaseError) {
        try addPending(Pending(sql: nil), isQueued: PQpipelineSync(handle) == 1)
    }

    /// Lets the statement sent last return each row as a result of its own instead of all in one.
    func streamRows() throws(DatabaseError) {
        guard PQsetSingleRowMode(handle) == 1 else { throw broken(sql: nil) }
    }

    private func addPending(_ statement: Pending, isQueued: Bool) throws(DatabaseError) {
        guard isQueued else { throw broken(sql: statement.sql) }
        pending.append(statement)
    }

    // MARK: - Receiving

    /// Waits for the results of all that was sent, and throws the first error among them; after that the connection
    /// accepts statements again.
    ///
    /// Sends a sync point and does not merely flush: only after a sync point does the server count a transaction as
    /// idle, and a runner that is paused in one would hold its locks without end.
    func receive() throws {
        guard firstPending < pending.count else { return }
        try sync()
        defer {
            pending.removeSubrange(..<firstPending)
            firstPending = 0
        }
        var failure: (any Error)?
        while firstPending < pending.count {
            let statement = pending[firstPending]
            firstPending += 1
            do {
                try receiveResults(of: statement)
            } catch {
                if isLost {
                    firstPending = pending.count
                    throw error
                }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Receives all results of one statement; libpq ends them with nil.
    private func receiveResults(of statement: Pending) throws {
        var failure: (any Error)?
        while let result = try nextResult(sql: statement.sql) {
            switch result.status {
            case PGRES_PIPELINE_SYNC: return
            case PGRES_PIPELINE_ABORTED: failure = failure ?? DatabaseError.aborted(statement.sql)
            case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                do { try statement.onResult?(result) } catch { failure = failure ?? error }
            default: failure = failure ?? failed(result, sql: statement.sql)
            }
        }
        if let failure { throw failure }
    }

    private func nextResult(sql: String?) throws(DatabaseError) -> PostgresResult? {
        let start = StopSignal.uptime
        while PQflush(handle) == 1 { try wait(forWriting: true, since: start, atMost: resultTimeout, sql: sql) }
        while PQisBusy(handle) == 1 {
            try wait(forWriting: false, since: start, atMost: resultTimeout, sql: sql)
            guard PQconsumeInput(handle) == 1 else { throw broken(sql: sql) }
        }
        guard let result = PQgetResult(handle) else {
            guard PQstatus(handle) == CONNECTION_OK else { throw broken(sql: sql) }
            return nil
        }
        return PostgresResult(result)
    }

    private func failed(_ result: PostgresResult, sql: String?) -> DatabaseError {
        PQstatus(handle) == CONNECTION_BAD ? broken(sql: sql) : DatabaseError(result.handle, sql: sql)
    }

    private func broken(sql: String?) -> DatabaseError {
        isLost = true
        let message = String(cString: PQerrorMessage(handle)).split(separator: "\n").first.map(String.init)
        return .lost(message ?? "the connection to the server is broken", sql: sql)
    }

    // MARK: - Waiting

    /// Waits until the socket is ready. Wakes up every tenth of a second, because a stop request shortens the time.
    private func wait(
        forWriting: Bool, since start: Double, atMost seconds: Double, sql: String? = nil
    ) throws(DatabaseError) {
        let events = forWriting ? POLLIN | POLLOUT : POLLIN
        while true {
            let remaining = stop.deadline(ofWaitFrom: start, lasting: seconds) - StopSignal.uptime
            guard remaining > 0, PQsocket(handle) >= 0 else {
                isLost = true
                throw .lost("the server does not answer", sql: sql)
            }
            var socket = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
            let milliseconds = Int32(min(remaining * 1000, 100).rounded(.up))
            guard poll(&socket, 1, milliseconds) > 0 else { continue }
            // A server that cannot accept more may be waiting until its results are read.
            let canWrite = socket.revents & Int16(POLLOUT) != 0
            if forWriting, !canWrite, PQconsumeInput(handle) == 0 { throw broken(sql: sql) }
            return
        }
    }
}
