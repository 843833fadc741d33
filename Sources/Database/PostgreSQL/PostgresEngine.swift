internal import CPostgres
internal import Foundation

/// One session on a PostgreSQL server, as ``Connection`` wants it; a new connection takes its place where it breaks.
final class PostgresEngine: Engine {
    let dialect = Dialect.postgresql
    /// The server's clock, read at the begin of every transaction.
    let clock: StoreClock
    private let url: PostgresURL
    private let stop: StopSignal
    private var link: PostgresLink
    private var names: [StatementText: String] = [:]
    /// False behind a pooler that gives each transaction another server connection: then nothing stays prepared there.
    private var keepsStatements = true
    private var delayed: Delayed?
    private let session = UUID().uuidString.lowercased()
    private var mark: TransactionMark?
    /// The transaction may write and has not yet done so: what only reads needs no mark, and its end no disk.
    private var owesMark = false
    private var access = Access.reading

    /// Rows that wait to be sent together.
    private struct Delayed {
        let statement: BatchStatement
        var rows: [[SQLValue]]
    }

    /// Rows in one statement at most, so that a large batch costs no large message.
    private static let mostRows = 1000
    /// For how long, in seconds, a lost server is looked for.
    static let patience = 25.0

    init(_ url: PostgresURL, within seconds: Double, _ stop: StopSignal) throws {
        self.url = url
        self.stop = stop
        link = try PostgresLink.connect(url, within: seconds, stop)
        clock = StoreClock()
    }

    func reconnect(within seconds: Double) throws {
        link = try PostgresLink.connect(url, within: seconds, stop)
        names = [:]
    }

    // MARK: - Statements

    func run(_ sql: String, _ values: [SQLValue], eachRow: (Row) throws -> Void) throws -> Int {
        try sendDelayed()
        var answer: PostgresResult?
        try send(sql, PostgresParameters(values)) { answer = $0 }
        try receive()
        guard let answer else { return 0 }
        for row in answer.rows { try eachRow(row) }
        return answer.changed
    }

    func stream(_ sql: String, _ values: [SQLValue], eachRow: (Row) throws -> Void) throws {
        try sendDelayed()
        try prepare(sql, PostgresParameters(values).types)
        try send(Self.limit, PostgresParameters([.text("0")]), take: nil)
        try receive()
        link.patience = PostgresLink.streamPatience
        try withoutActuallyEscaping(eachRow) { eachRow in
            try send(sql, PostgresParameters(values)) { result in for row in result.rows { try eachRow(row) } }
            try link.streamRows()
            try receive()
        }
        link.patience = access.patience
        try send(Self.limit, PostgresParameters([.text(access.timeout)]), take: nil)
    }

    /// How long the server works at one statement. A long query has as much time as whoever reads its rows.
    private static let limit = "SELECT set_config('statement_timeout', $1, true)"

    func run(_ statement: BatchStatement, _ rows: [[SQLValue]]) throws -> [Bool] {
        try sendDelayed()
        var changed = [Bool](repeating: false, count: rows.count)
        for start in stride(from: 0, to: rows.count, by: Self.mostRows) {
            let part = rows[start..<min(start + Self.mostRows, rows.count)]
            var numbers: [Int] = []
            try sendRows(statement, Array(part)) { result in
                // What returns no rows has inserted all of them, or failed.
                numbers = result.hasColumns ? result.rows.map { $0.integer(0) } : Array(1...part.count)
            }
            try receive()
            for number in numbers { changed[start + number - 1] = true }
        }
        return changed
    }

    func later(_ statement: BatchStatement, _ row: [SQLValue]) throws {
        if let delayed, delayed.statement.single != statement.single || delayed.rows.count == Self.mostRows {
            try sendDelayed()
        }
        if delayed == nil { delayed = Delayed(statement: statement, rows: []) }
        delayed?.rows.append(row)
    }

    /// Several statements are one simple query to libpq, which has no place in a pipeline: sent one by one.
    func script(_ sql: String) throws {
        try sendDelayed()
        for statement in SQLScript.statements(sql) { try link.execute(statement, PostgresParameters([]), take: nil) }
        try receive()
    }

    private func sendDelayed() throws {
        guard let delayed else { return }
        self.delayed = nil
        try sendRows(delayed.statement, delayed.rows, take: nil)
    }

    /// What does not fit into libpq's buffer leaves at once, and what was said before with it. So a synchronization comes
    /// right before it: should this process be paused, or gone, in the middle, the server ends a transaction that idles.
    private func sendRows(
        _ statement: BatchStatement, _ rows: [[SQLValue]], take: ((PostgresResult) throws -> Void)?
    ) throws {
        if owesMark { try sendMark() }
        let parameters = PostgresParameters(columns: statement.types, rows: rows)
        try prepare(statement.arrays, parameters.types)
        try link.synchronize()
        try send(statement.arrays, parameters, take: take)
    }

    private func send(
        _ sql: String, _ parameters: PostgresParameters, take: ((PostgresResult) throws -> Void)?
    ) throws {
        if owesMark, !sql.hasPrefix("SELECT") { try sendMark() }
        guard keepsStatements else { return try link.execute(sql, parameters, take: take) }
        try link.execute(try prepare(sql, parameters.types), sql, parameters, take: take)
    }

    /// Prepared once for each connection; the name is nobody else's behind a pooler either.
    @discardableResult
    private func prepare(_ sql: String, _ types: [Oid]) throws -> String {
        if let known = names[StatementText(sql: sql)] { return known }
        guard keepsStatements else { return "" }
        let name = "keyvigil_\(UInt64.random(in: 0...UInt64.max))"
        try link.prepare(sql, as: name, types)
        names[StatementText(sql: sql)] = name
        return name
    }

    private func receive() throws {
        do { try link.receive() } catch let error as DatabaseError where error.code == DatabaseError.unknownStatement {
            keepsStatements = false
            throw error
        }
    }

    // MARK: - Transactions

    func begin(_ access: Access) throws {
        delayed = nil
        mark = nil
        owesMark = false
        self.access = access
        // Nothing would come back: a transaction that waited in line behind the loss goes straight to the search.
        guard !link.isLost else { throw DatabaseError.lost("the connection to the server is lost") }
        link.patience = access.patience
        try link.execute(access.begin, PostgresParameters([]), take: nil)
        let limits = PostgresParameters([.text(access.timeout), .text(access.lockTimeout)])
        try send(Self.opening, limits) { [clock] result in
            for row in result.rows { row.time(0).map(clock.set) }
        }
        guard access != .reading else { return }
        try send(access.lock, PostgresParameters([]), take: nil)
        owesMark = access != .migrating
    }

    private func sendMark() throws {
        owesMark = false
        let mark = TransactionMark(session: session)
        self.mark = mark
        try send(TransactionMark.writing, PostgresParameters(mark.values)) { [weak self] result in
            for row in result.rows { self?.mark?.note(row) }
        }
    }

    /// The server ends what takes too long; and sooner than that, what a paused process left open, or others would give
    /// up waiting for its locks. It plans each statement once, and for any values: those of the first few say little of
    /// the others; and compiles none and starts no process for any, as each takes few rows. `SET` would not hold behind a
    /// pooler.
    private static let opening = """
        SELECT clock_timestamp(), set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),
            set_config('idle_in_transaction_session_timeout', '5s', true),
            set_config('plan_cache_mode', 'force_generic_plan', true), set_config('jit', 'off', true),
            set_config('max_parallel_workers_per_gather', '0', true)
        """

    func commit() throws {
        try sendDelayed()
        // What wrote nothing has nothing to lose: the next transaction's first answer comes behind this one's end.
        if mark == nil, access != .migrating { return try link.leave("COMMIT") }
        // Without the mark's place nobody could tell, after a loss, whether COMMIT is still on its way to the server.
        if let mark, !mark.isPlaced { try receive() }
        var command = ""
        let sent = ProcessInfo.processInfo.systemUptime
        do {
            try link.execute("COMMIT", PostgresParameters([])) { command = $0.command }
            try receive()
        } catch let error as DatabaseError where error.remedy == .reconnect {
            guard let mark, try isCommitted(mark, sentAt: sent) else { throw error }
            return
        }
        // A transaction that had failed answers to COMMIT with ROLLBACK, and with no error.
        guard command == "COMMIT" else { throw DatabaseError.aborted("COMMIT") }
    }

    func rollback() {
        delayed = nil
        guard !link.isLost else { return }
        try? link.receive()
        try? link.execute("ROLLBACK", PostgresParameters([]), take: nil)
        try? link.receive()
    }

    /// The reply to COMMIT is lost: asks the server what became of the transaction. The time in which a silent network was
    /// waited for counts, or a run would take twice as long to give up.
    private func isCommitted(_ mark: TransactionMark, sentAt sent: TimeInterval) throws -> Bool {
        while true {
            let end = stop.end(ofSearchFrom: sent, lasting: Self.patience)
            do {
                try reconnect(within: max(end - ProcessInfo.processInfo.systemUptime, 1))
                return try mark.isCommitted(on: link)
            } catch let error as DatabaseError where error.remedy != .none || error.kind == .busy {}
            guard ProcessInfo.processInfo.systemUptime < end else {
                throw DatabaseError(
                    kind: .unavailable, code: "08007",
                    message: "the connection was lost at COMMIT, and the server does not tell what became of it",
                    sql: "COMMIT")
            }
            stop.sleep(0.1)
        }
    }
}

extension Access {
    fileprivate var begin: String {
        self == .reading ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN ISOLATION LEVEL READ COMMITTED"
    }

    fileprivate var timeout: String { self == .migrating ? "0" : "12s" }

    /// Less, or a wait for others would end as a statement that takes too long, after which nobody tries again.
    fileprivate var lockTimeout: String { self == .migrating ? "0" : "8s" }

    fileprivate var patience: Double {
        self == .migrating ? PostgresLink.longPatience : PostgresLink.shortPatience
    }

    /// One lock for the whole store, held to the transaction's end: batches share it, everything else has it alone. So
    /// each writer but a batch sees what SQLite would show it.
    fileprivate var lock: String {
        let function = self == .together ? "pg_advisory_xact_lock_shared" : "pg_advisory_xact_lock"
        return "SELECT \(function)(\(Self.lockNumber))"
    }

    /// `keyvigil` in ASCII.
    private static let lockNumber = 0x6b65_7976_6967_696c
}
