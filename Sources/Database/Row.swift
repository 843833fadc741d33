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

    private func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }
}
