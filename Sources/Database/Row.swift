internal import CSQLite
public import Foundation

/// One row of an answer, read by column number from 0. Valid only inside the closure that was handed it.
public struct Row {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) { self.statement = statement }

    /// A number; NULL reads as 0.
    public func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(statement, Int32(column))) }

    /// A number, or nil for NULL.
    public func optionalInteger(_ column: Int) -> Int? { isNull(column) ? nil : integer(column) }

    /// A truth value; NULL reads as false.
    public func flag(_ column: Int) -> Bool { integer(column) != 0 }

    /// Text; NULL reads as "".
    public func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let length = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
    }

    /// Text, or nil for NULL.
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    /// Bytes; NULL reads as none.
    public func blob(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
    }

    /// A time, or nil for NULL and for text that is none.
    public func time(_ column: Int) -> Date? { optionalText(column).flatMap(UTCText.date) }

    /// What a column may keep beside NULL.
    public enum Storage: Sendable { case integer, text, bytes }

    /// Whether the column keeps NULL or a value of just this kind, text being valid UTF-8.
    ///
    /// SQLite keeps any value in any column and the readers above convert: `401x` reads as 401. To be asked before the
    /// column is read, for reading converts the value where it lies. An engine with strict columns always says yes.
    public func keeps(_ storage: Storage, _ column: Int) -> Bool {
        switch sqlite3_column_type(statement, Int32(column)) {
        case SQLITE_NULL: true
        case SQLITE_INTEGER: storage == .integer
        case SQLITE_TEXT: storage == .text && isValidText(column)
        case SQLITE_BLOB: storage == .bytes
        default: false
        }
    }

    private func isValidText(_ column: Int) -> Bool {
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return false }
        let length = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(validating: UnsafeBufferPointer(start: start, count: length), as: UTF8.self) != nil
    }

    private func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }
}
