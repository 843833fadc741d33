internal import CSQLite

/// One open SQLite file. Statements are prepared once and kept.
final class SQLiteEngine: Engine {
    let dialect = Dialect.sqlite
    private let handle: OpaquePointer
    private let wait: WriterWait
    private var statements: [StatementText: SQLiteStatement] = [:]

    init(path: String, create: Bool, stop: StopSignal) throws(DatabaseError) {
        var handle: OpaquePointer?
        let flags =
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0)
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle else {
            throw DatabaseError(kind: .unavailable, code: "\(code)", message: "no memory", sql: nil)
        }
        guard code == SQLITE_OK else {
            defer { sqlite3_close_v2(handle) }
            throw DatabaseError.last(of: handle, sql: nil)
        }
        self.handle = handle
        wait = WriterWait(stop)
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Settings that every connection needs; fails on a file that is no database.
    func configure() throws {
        wait.serve(handle)
        keyvigil_defensive(handle)
        try script(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
            PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -6144; PRAGMA wal_autocheckpoint = 2000;
            """)
    }

    func run(_ sql: String, _ values: [SQLValue], eachRow: (Row) throws -> Void) throws -> Int {
        try statement(sql).run(values, eachRow: eachRow)
        return Int(sqlite3_changes(handle))
    }

    func stream(_ sql: String, _ values: [SQLValue], eachRow: (Row) throws -> Void) throws {
        try statement(sql).run(values, eachRow: eachRow)
    }

    func run(_ statement: BatchStatement, _ rows: [[SQLValue]]) throws -> [Bool] {
        let prepared = try self.statement(statement.single)
        return try rows.map { row in
            try prepared.run(row) { _ in }
            return sqlite3_changes(handle) > 0
        }
    }

    /// There is no way to the server to be saved: done at once.
    func later(_ statement: BatchStatement, _ row: [SQLValue]) throws {
        try self.statement(statement.single).run(row) { _ in }
    }

    func script(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw DatabaseError.last(of: handle, sql: sql)
        }
    }

    /// A writer takes the lock first, so that what it reads is still true when it writes.
    func begin(_ access: Access) throws {
        _ = try run(access == .reading ? "BEGIN" : "BEGIN IMMEDIATE", []) { _ in }
    }

    func commit() throws { _ = try run("COMMIT", []) { _ in } }

    func rollback() { _ = try? run("ROLLBACK", []) { _ in } }

    private func statement(_ sql: String) throws(DatabaseError) -> SQLiteStatement {
        if let known = statements[StatementText(sql: sql)] { return known }
        let prepared = try SQLiteStatement(sql, on: handle)
        statements[StatementText(sql: sql)] = prepared
        return prepared
    }
}

extension DatabaseError {
    static func last(of handle: OpaquePointer, sql: String?) -> DatabaseError {
        let code = sqlite3_extended_errcode(handle)
        return DatabaseError(
            kind: kind(code & 0xff), code: "\(code)", message: String(cString: sqlite3_errmsg(handle)), sql: sql)
    }

    private static func kind(_ code: Int32) -> Kind {
        switch code {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_FULL, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOMEM: .unavailable
        case SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH: .forbidden
        case SQLITE_CONSTRAINT: .constraint
        default: .unexpected
        }
    }
}
