internal import CSQLite

/// The row on which a statement stands.
struct SQLiteRow {
    let statement: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(statement, Int32(column))) }

    func text(_ column: Int) -> String { textBytes(column).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    func blob(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
    }

    /// Whether the stored value is NULL or of this type, text being valid UTF-8.
    func holds(_ type: SQLType, in column: Int) -> Bool {
        switch sqlite3_column_type(statement, Int32(column)) {
        case SQLITE_NULL: true
        case SQLITE_INTEGER: type == .integer || type == .flag
        case SQLITE_TEXT: (type == .text || type == .time || type == .id) && isValidText(column)
        case SQLITE_BLOB: type == .blob
        default: false
        }
    }

    private func isValidText(_ column: Int) -> Bool {
        textBytes(column).map { String(validating: $0, as: UTF8.self) != nil } ?? false
    }

    /// Valid until the statement moves on.
    private func textBytes(_ column: Int) -> UnsafeBufferPointer<UInt8>? {
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return nil }
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column))))
    }
}
