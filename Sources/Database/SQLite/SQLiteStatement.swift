internal import CSQLite

/// One prepared statement; finalized in `deinit`.
final class SQLiteStatement {
    private let sql: String
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    init(_ sql: String, on connection: OpaquePointer) throws(DatabaseError) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw DatabaseError.last(on: connection, sql: sql) }
        self.sql = sql
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds the values and steps through all rows; always leaves the statement reset and without values.
    func run(_ values: [SQLValue], eachRow: (SQLiteRow) throws -> Void = { _ in }) throws {
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() {
            guard bind(value, at: Int32(index + 1)) == SQLITE_OK else {
                throw DatabaseError.last(on: connection, sql: sql)
            }
        }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try eachRow(SQLiteRow(statement: handle))
            case SQLITE_DONE: return
            default: throw DatabaseError.last(on: connection, sql: sql)
            }
        }
    }

    /// SQLite takes `$1` for a name and numbers names by first use, so position and number agree only if first uses
    /// come in the order `$1, $2 …`.
    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let number): sqlite3_bind_int64(handle, index, number)
        case .flag(let flag): sqlite3_bind_int64(handle, index, flag ? 1 : 0)
        case .text(let text), .uuid(let text): bind(text, at: index)
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
