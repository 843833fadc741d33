package import Foundation

/// One row of a result, read by column number from 0. Valid only inside the closure that receives it.
package struct Row {
    /// An enum and not a protocol: columns are read for every key, and a switch costs less than a call through a
    /// witness.
    private enum Source {
        case sqlite(SQLiteRow)
        case postgresql(PostgresRow)
    }

    private let source: Source

    init(_ row: SQLiteRow) { source = .sqlite(row) }

    init(_ row: PostgresRow) { source = .postgresql(row) }

    /// A whole number; 0 for NULL.
    package func integer(_ column: Int) -> Int {
        switch source {
        case .sqlite(let row): row.integer(column)
        case .postgresql(let row): row.integer(column)
        }
    }

    /// A whole number, or nil for NULL.
    package func optionalInteger(_ column: Int) -> Int? { isNull(column) ? nil : integer(column) }

    /// A truth value; false for NULL.
    package func flag(_ column: Int) -> Bool { integer(column) != 0 }

    /// Text; empty for NULL.
    package func text(_ column: Int) -> String {
        switch source {
        case .sqlite(let row): row.text(column)
        case .postgresql(let row): row.text(column)
        }
    }

    /// Text, or nil for NULL.
    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    /// Bytes; empty for NULL.
    package func blob(_ column: Int) -> [UInt8] {
        switch source {
        case .sqlite(let row): row.blob(column)
        case .postgresql(let row): row.blob(column)
        }
    }

    /// A UTC time, or nil for NULL and, in SQLite, for text that ``UTCText`` does not read.
    package func time(_ column: Int) -> Date? {
        guard !isNull(column) else { return nil }
        switch source {
        case .sqlite(let row): return UTCText.date(row.text(column))
        case .postgresql(let row): return row.time(column)
        }
    }

    /// Whether the column holds NULL or a value of exactly this type, text being valid UTF-8.
    ///
    /// SQLite stores values of any type in any column, and the functions above convert them: `401x` reads as 401. Call
    /// this before them, because they convert the value in place. PostgreSQL's columns hold only their own type.
    package func holds(_ type: SQLType, in column: Int) -> Bool {
        guard case .sqlite(let row) = source else { return true }
        return row.holds(type, in: column)
    }

    private func isNull(_ column: Int) -> Bool {
        switch source {
        case .sqlite(let row): row.isNull(column)
        case .postgresql(let row): row.isNull(column)
        }
    }
}
