internal import CSQLite

/// One open SQLite file. Each statement is prepared once and kept.
final class SQLiteEngine {
    let dialect = Dialect.sqlite
    private let connection: OpaquePointer
    private let busyHandler: BusyHandler
    private var statements: [StatementKey: SQLiteStatement] = [:]

    init(path: String, create: Bool, stop: StopSignal) throws(DatabaseError) {
        var connection: OpaquePointer?
        let flags =
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0)
        let code = sqlite3_open_v2(path, &connection, flags, nil)
        guard let connection else {
            throw DatabaseError(kind: .unavailable, code: "\(code)", message: "no memory", sql: nil)
        }
        guard code == SQLITE_OK else {
            defer { sqlite3_close_v2(connection) }
            throw DatabaseError.last(on: connection, sql: nil)
        }
        self.connection = connection
        busyHandler = BusyHandler(stop: stop)
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(connection)
    }

    /// Applies the settings that every connection needs; throws for a file that is no database.
    ///
    /// - Parameter isNew: turns on the write-ahead log where the file is still empty. No other file is changed, because
    ///   it may be of another program.
    func configure(isNew: Bool) throws {
        busyHandler.install(on: connection)
        keyvigil_defensive(connection)
        try runScript(
            """
            PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;
            PRAGMA temp_store = MEMORY; PRAGMA cache_size = -6144; PRAGMA wal_autocheckpoint = 2000;
            PRAGMA schema_version;
            """)
        if isNew, try isEmpty() { try useWriteAheadLog() }
    }

    /// Whether the file has no page yet.
    private func isEmpty() throws -> Bool {
        var pages = 0
        _ = try execute("PRAGMA page_count", values: []) { pages = $0.integer(0) }
        return pages == 0
    }

    /// Turns on the write-ahead log, which the file then keeps.
    func useWriteAheadLog() throws { try runScript("PRAGMA journal_mode = WAL") }

    /// Runs a statement, passes its rows to `eachRow` as SQLite finds them, and returns the number of changed rows.
    func execute(_ sql: String, values: [SQLValue], eachRow: (SQLiteRow) throws -> Void) throws -> Int {
        try statement(sql).run(values, eachRow: eachRow)
        return Int(sqlite3_changes(connection))
    }

    func run(_ statement: BatchStatement, rows: [[SQLValue]]) throws -> [Bool] {
        let prepared = try self.statement(statement.single)
        return try rows.map { row in
            try prepared.run(row)
            return sqlite3_changes(connection) > 0
        }
    }

    /// Runs the statement at once: without a network, waiting for more rows would save nothing.
    func runLater(_ statement: BatchStatement, row: [SQLValue]) throws {
        try self.statement(statement.single).run(row)
    }

    func runScript(_ sql: String) throws {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
            throw DatabaseError.last(on: connection, sql: sql)
        }
    }

    /// A writing transaction takes the write lock first, so that what it reads is still true when it writes.
    func begin(_ mode: TransactionMode) throws {
        try statement(mode == .reading ? "BEGIN" : "BEGIN IMMEDIATE").run([])
    }

    func commit() throws { try statement("COMMIT").run([]) }

    func rollback() { try? statement("ROLLBACK").run([]) }

    private func statement(_ sql: String) throws(DatabaseError) -> SQLiteStatement {
        let key = StatementKey(sql: sql)
        if let known = statements[key] { return known }
        let prepared = try SQLiteStatement(sql, on: connection)
        statements[key] = prepared
        return prepared
    }
}
