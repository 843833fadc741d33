public import Foundation

/// One row of an answer, read by column number from 0. Valid only inside the closure that was handed it.
public struct Row {
    enum Source {
        case sqlite(SQLiteRow)
        case postgresql(PostgresRow)
    }

    private let source: Source

    init(_ row: SQLiteRow) { source = .sqlite(row) }

    init(_ row: PostgresRow) { source = .postgresql(row) }

    /// A number; NULL reads as 0.
    public func integer(_ column: Int) -> Int {
        switch source {
        case .sqlite(let row): row.integer(column)
        case .postgresql(let row): row.integer(column)
        }
    }

    /// A number, or nil for NULL.
    public func optionalInteger(_ column: Int) -> Int? { isNull(column) ? nil : integer(column) }

    /// A truth value; NULL reads as false.
    public func flag(_ column: Int) -> Bool { integer(column) != 0 }

    /// Text; NULL reads as "".
    public func text(_ column: Int) -> String {
        switch source {
        case .sqlite(let row): row.text(column)
        case .postgresql(let row): row.text(column)
        }
    }

    /// Text, or nil for NULL.
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    /// Bytes; NULL reads as none.
    public func blob(_ column: Int) -> [UInt8] {
        switch source {
        case .sqlite(let row): row.blob(column)
        case .postgresql(let row): row.blob(column)
        }
    }

    /// A time, or nil for NULL and, in SQLite, for text that is none.
    public func time(_ column: Int) -> Date? {
        guard !isNull(column) else { return nil }
        switch source {
        case .sqlite(let row): return UTCText.date(row.text(column))
        case .postgresql(let row): return row.time(column)
        }
    }

    /// Whether the column keeps NULL or a value of just this kind, text being valid UTF-8.
    ///
    /// SQLite keeps any value in any column and the readers above convert: `401x` reads as 401. To be asked before the
    /// column is read, for reading converts the value where it lies. PostgreSQL's columns are strict.
    public func keeps(_ type: SQLType, _ column: Int) -> Bool {
        guard case .sqlite(let row) = source else { return true }
        return row.keeps(type, column)
    }

    private func isNull(_ column: Int) -> Bool {
        switch source {
        case .sqlite(let row): row.isNull(column)
        case .postgresql(let row): row.isNull(column)
        }
    }
}
