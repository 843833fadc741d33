internal import CPostgres
internal import Foundation

/// A session with a PostgreSQL server, continued on a new connection where the old one is lost.
final class PostgresEngine {
    let dialect = Dialect.postgresql
    /// Set at the begin of every transaction.
    let clock = ServerClock()
    private let url: PostgresURL
    private let stop: StopSignal
    private var connection: PostgresConnection
    /// The names under which this connection's statements are prepared.
    private var preparedNames: [StatementKey: String] = [:]
    /// False behind a pooler that gives each transaction another server connection, where prepared statements are
    /// lost.
    private var preparesStatements = true
    private var waitingBatch: WaitingBatch?
    private let session = UUID().uuidString.lowercased()
    private var mark: TransactionMark?
    /// Whether the mark is to be written before the transaction's first change. A transaction that only reads writes
    /// none, and so its COMMIT does not wait for the disk.
    private var needsMark = false
    private var mode = TransactionMode.reading

    /// Rows of one statement that wait to be sent together.
    private struct WaitingBatch {
        let statement: BatchStatement
        var rows: [[SQLValue]]
    }

    /// The most rows in one statement, which bounds the size of its message.
    private static let mostRows = 1000
    /// Seconds for which a lost server is searched.
    static let longestSearch = 25.0

    init(_ url: PostgresURL, within seconds: Double, stop: StopSignal) throws {
        self.url = url
        self.stop = stop
        connection = try PostgresConnection.connect(url, within: seconds, stop: stop)
    }

    func reconnect(within seconds: Double) throws {
        connection = try PostgresConnection.connect(url, within: seconds, stop: stop)
        preparedNames = [:]
    }

    // MARK: - Statements

    /// Runs a statement, passes its rows to `eachRow` once all have arrived, and returns the number of changed rows.
    func execute(_ sql: String, values: [SQLValue], eachRow: (PostgresRow) throws -> Void) throws -> Int {
        try sendWaitingBatch()
        var received: PostgresResult?
        try send(sql, with: PostgresParameters(values)) { received = $0 }
        try receive()
        guard let received else { return 0 }
        for row in received.rows { try eachRow(row) }
        return received.changed
    }

    /// Runs a query and passes each row on as it arrives. The query has no statement timeout: it may take as long as
    /// its rows are read.
    func stream(_ sql: String, values: [SQLValue], eachRow: (PostgresRow) throws -> Void) throws {
        try sendWaitingBatch()
        try prepare(sql, types: PostgresParameters(values).types)
        try send(Self.setStatementTimeout, with: PostgresParameters([.text("0")]))
        try receive()
        connection.resultTimeout = PostgresConnection.streamTimeout
        try withoutActuallyEscaping(eachRow) { eachRow in
            try send(sql, with: PostgresParameters(values)) { result in
                for row in result.rows { try eachRow(row) }
            }
            try connection.streamRows()
            try receive()
        }
        connection.resultTimeout = mode.resultTimeout
        try send(Self.setStatementTimeout, with: PostgresParameters([.text(mode.statementTimeout)]))
    }

    private static let setStatementTimeout = "SELECT set_config('statement_timeout', $1, true)"

    func run(_ statement: BatchStatement, rows: [[SQLValue]]) throws -> [Bool] {
        try sendWaitingBatch()
        var changed = [Bool](repeating: false, count: rows.count)
        for start in stride(from: 0, to: rows.count, by: Self.mostRows) {
            let part = rows[start..<min(start + Self.mostRows, rows.count)]
            var numbers: [Int] = []
            try send(statement, rows: Array(part)) { result in
                // An INSERT returns no rows: it has inserted all of them, or failed.
                numbers = result.hasColumns ? result.rows.map { $0.integer(0) } : Array(1...part.count)
            }
            try receive()
            for number in numbers { changed[start + number - 1] = true }
        }
        return changed
    }

    /// Adds the row to the waiting batch, after sending a batch that is full or of another statement.
    func runLater(_ statement: BatchStatement, row: [SQLValue]) throws {
        if let batch = waitingBatch,
            batch.statement.single != statement.single || batch.rows.count == Self.mostRows
        {
            try sendWaitingBatch()
        }
        if waitingBatch == nil { waitingBatch = WaitingBatch(statement: statement, rows: []) }
        waitingBatch?.rows.append(row)
    }

    /// Sends the statements one by one: a pipeline does not accept several in one message.
    func runScript(_ sql: String) throws {
        try sendWaitingBatch()
        for statement in SQLScript.statements(in: sql) { try connection.execute(statement) }
        try receive()
    }

    // MARK: - Sending and receiving

    private func sendWaitingBatch() throws {
        guard let batch = waitingBatch else { return }
        waitingBatch = nil
        try send(batch.statement, rows: batch.rows)
    }

    /// Sends a statement for all rows, after a sync point.
    ///
    /// libpq writes a message larger than its buffer to the network at once, with all that was queued before it. If
    /// this process is paused or killed in the middle of the message, the server ends the transaction by its idle
    /// timeout, which frees its locks, but it counts a transaction as idle only after a sync point.
    private func send(
        _ statement: BatchStatement, rows: [[SQLValue]], onResult: PostgresConnection.ResultHandler? = nil
    ) throws {
        if needsMark { try sendMark() }
        let parameters = PostgresParameters(columns: statement.types, rows: rows)
        try prepare(statement.arrays, types: parameters.types)
        try connection.sync()
        try send(statement.arrays, with: parameters, onResult: onResult)
    }

    private func send(
        _ sql: String, with parameters: PostgresParameters = .none, onResult: PostgresConnection.ResultHandler? = nil
    ) throws {
        if needsMark, !sql.hasPrefix("SELECT") { try sendMark() }
        guard preparesStatements else { return try connection.execute(sql, with: parameters, onResult: onResult) }
        let name = try prepare(sql, types: parameters.types)
        try connection.execute(prepared: name, sql: sql, with: parameters, onResult: onResult)
    }

    /// Prepares a statement once for each connection and returns its name. The name is random, so that it is unique
    /// behind a pooler, too, where clients share server connections.
    @discardableResult
    private func prepare(_ sql: String, types: [Oid]) throws -> String {
        let key = StatementKey(sql: sql)
        if let known = preparedNames[key] { return known }
        guard preparesStatements else { return "" }
        let name = "keyvigil_\(UInt64.random(in: 0...UInt64.max))"
        try connection.prepare(sql, as: name, types: types)
        preparedNames[key] = name
        return name
    }

    private func receive() throws {
        do {
            try connection.receive()
        } catch let error as DatabaseError where error.code == DatabaseError.unknownStatement {
            preparesStatements = false
            throw error
        }
    }

    // MARK: - Transactions

    func begin(_ mode: TransactionMode) throws {
        waitingBatch = nil
        mark = nil
        needsMark = false
        self.mode = mode
        // A transaction that waited while the connection was lost reconnects at once.
        guard !connection.isLost else { throw DatabaseError.lost("the connection to the server is lost") }
        connection.resultTimeout = mode.resultTimeout
        try connection.execute(mode.begin)
        let timeouts = PostgresParameters([.text(mode.statementTimeout), .text(mode.lockTimeout)])
        try send(TransactionMode.configure, with: timeouts) { [clock] result in
            for row in result.rows { clock.set(row.time(0)) }
        }
        guard mode != .reading else { return }
        try send(mode.lockStore)
        needsMark = mode != .migrating
    }

    private func sendMark() throws {
        needsMark = false
        let mark = TransactionMark(session: session)
        self.mark = mark
        try send(TransactionMark.write, with: PostgresParameters(mark.values)) { [weak self] result in
            for row in result.rows { self?.mark?.setPlace(from: row) }
        }
    }

    func commit() throws {
        try sendWaitingBatch()
        // A transaction that wrote nothing has nothing to lose: its COMMIT is answered with the next transaction's
        // begin.
        if mark == nil, mode != .migrating { return try connection.executeWithoutWaiting("COMMIT") }
        // Without the mark's place a COMMIT that is still on its way to the server could not be found after a loss.
        if let mark, !mark.isPlaced { try receive() }
        var command = ""
        let sentAt = StopSignal.uptime
        do {
            try connection.execute("COMMIT") { command = $0.command }
            try receive()
        } catch let error as DatabaseError where error.retry == .onNewConnection {
            guard let mark, try isCommitted(mark, sentAt: sentAt) else { throw error }
            return
        }
        // The server answers to the COMMIT of a failed transaction with ROLLBACK, and with no error.
        guard command == "COMMIT" else { throw DatabaseError.aborted("COMMIT") }
    }

    func rollback() {
        waitingBatch = nil
        guard !connection.isLost else { return }
        try? connection.receive()
        try? connection.execute("ROLLBACK")
        try? connection.receive()
    }

    /// Asks the server, on a new connection, whether a transaction was committed whose reply to COMMIT was lost.
    ///
    /// The time limit begins when COMMIT was sent, so that the wait for that reply counts: otherwise a run would take
    /// twice as long to give up.
    private func isCommitted(_ mark: TransactionMark, sentAt: Double) throws -> Bool {
        while true {
            let deadline = stop.deadline(ofReconnectingFrom: sentAt, lasting: Self.longestSearch)
            do {
                try reconnect(within: max(deadline - StopSignal.uptime, 1))
                return try mark.isCommitted(on: connection)
            } catch let error as DatabaseError where error.retry != .never || error.kind == .busy {}
            guard StopSignal.uptime < deadline else {
                throw DatabaseError(
                    kind: .unavailable, code: "08007",
                    message: "the connection was lost at COMMIT, and the server does not tell what became of it",
                    sql: "COMMIT")
            }
            stop.sleep(0.1)
        }
    }
}
