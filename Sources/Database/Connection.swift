internal import CSQLite

/// The SQL face inside ``Database/transaction(_:)``: statements are prepared once and kept. Not `Sendable`.
///
/// Placeholders are `$1`, `$2` …; first uses must come in that order, for SQLite numbers them as it meets them.
public final class Connection {
    private let handle: OpaquePointer
    private var statements: [StatementText: Statement] = [:]

    init(path: String, create: Bool) throws(DatabaseError) {
        var handle: OpaquePointer?
        let flags =
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0)
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle else {
            throw DatabaseError(kind: .unavailable, code: Int(code), message: "no memory", sql: nil)
        }
        guard code == SQLITE_OK else {
            defer { sqlite3_close_v2(handle) }
            throw DatabaseError.last(of: handle, sql: nil)
        }
        self.handle = handle
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Settings that every connection needs; fails on a file that is no database.
    func configure() throws {
        sqlite3_busy_timeout(handle, 10_000)
        keyvigil_defensive(handle)
        try script(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
            PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -6144; PRAGMA wal_autocheckpoint = 2000;
            """)
    }

    /// Runs a statement for its effect and returns how many rows it changed.
    @discardableResult
    public func execute(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        try statement(sql).run(values) { _ in }
        return Int(sqlite3_changes(handle))
    }

    /// Runs a query and returns what `read` makes of each row, in order.
    public func query<Value>(_ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws -> Value) throws -> [Value]
    {
        var found: [Value] = []
        try statement(sql).run(values) { found.append(try read($0)) }
        return found
    }

    /// The first row, or nil where there is none.
    public func first<Value>(_ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws -> Value) throws -> Value? {
        var found: Value?
        try statement(sql).run(values) { row in
            if found == nil { found = try read(row) }
        }
        return found
    }

    /// Runs several statements separated by `;`, without values: the schema's.
    public func script(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw DatabaseError.last(of: handle, sql: sql)
        }
    }

    private func statement(_ sql: String) throws(DatabaseError) -> Statement {
        if let known = statements[StatementText(sql: sql)] { return known }
        let prepared = try Statement(sql, on: handle)
        statements[StatementText(sql: sql)] = prepared
        return prepared
    }
}

/// SQL as a key of the statements at hand: hashed by its length, since the text itself is long and few are equally long.
private struct StatementText: Hashable {
    let sql: String

    func hash(into hasher: inout Hasher) { hasher.combine(sql.utf8.count) }
}

extension DatabaseError {
    static func last(of handle: OpaquePointer, sql: String?) -> DatabaseError {
        let code = sqlite3_extended_errcode(handle)
        return DatabaseError(
            kind: kind(code & 0xff), code: Int(code), message: String(cString: sqlite3_errmsg(handle)), sql: sql)
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
