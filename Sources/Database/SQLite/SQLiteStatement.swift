internal import CSQLite

/// One prepared statement, finalized when it goes.
final class SQLiteStatement {
    let sql: String
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    init(_ sql: String, on connection: OpaquePointer) throws(DatabaseError) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw DatabaseError.last(of: connection, sql: sql) }
        (self.sql, self.handle, self.connection) = (sql, handle, connection)
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds and steps through all rows; always leaves the statement reset and without values.
    func run(_ values: [SQLValue], eachRow: (Row) throws -> Void) throws {
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() {
            guard bind(value, at: Int32(index + 1)) == SQLITE_OK else {
                throw DatabaseError.last(of: connection, sql: sql)
            }
        }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try eachRow(Row(SQLiteRow(statement: handle)))
            case SQLITE_DONE: return
            default: throw DatabaseError.last(of: connection, sql: sql)
            }
        }
    }

    /// `$1` is a name to SQLite; numbered in order of first use, so position and number agree if statements say `$1, $2 …`.
    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let number): sqlite3_bind_int64(handle, index, number)
        case .flag(let flag): sqlite3_bind_int64(handle, index, flag ? 1 : 0)
        case .text(let text): bind(text, at: index)
        case .time(let time): bind(UTCText.string(time), at: index)
        case .blob(let bytes): keyvigil_bind_blob(handle, index, bytes, Int32(bytes.count))
        }
    }

    private func bind(_ text: String, at index: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                keyvigil_bind_text(handle, index, $0.baseAddress, Int32($0.count))
            }
        }
    }
}

/// The row that a statement stands on.
struct SQLiteRow {
    let statement: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(statement, Int32(column))) }

    func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let length = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
    }

    func blob(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
    }

    func keeps(_ type: SQLType, _ column: Int) -> Bool {
        switch sqlite3_column_type(statement, Int32(column)) {
        case SQLITE_NULL: true
        case SQLITE_INTEGER: type == .integer || type == .flag
        case SQLITE_TEXT: (type == .text || type == .time) && isValidText(column)
        case SQLITE_BLOB: type == .blob
        default: false
        }
    }

    private func isValidText(_ column: Int) -> Bool {
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return false }
        let length = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(validating: UnsafeBufferPointer(start: start, count: length), as: UTF8.self) != nil
    }
}
