internal import Database
internal import Foundation

/// The columns of one table. Each is named here and nowhere else: statements are made of the cases, and rows are read
/// by them.
///
/// The raw value of a case is its place among the columns, and so its place in a row that selects them all.
protocol TableColumn: CaseIterable, RawRepresentable<Int>, Sendable {
    /// The column's name and type in the schema.
    var definition: (name: String, type: SQLType) { get }
}

extension Collection where Element: TableColumn {
    /// `h.slice, h.slot, …`, for a query that calls the table so.
    func list(of table: String) -> String {
        map { "\(table).\($0.definition.name)" }.joined(separator: ", ")
    }

    /// Names and types, for a ``BatchStatement``.
    var definitions: [(name: String, type: SQLType)] { map(\.definition) }
}

/// The columns of one table in a row that selects them from place `start` on.
struct ColumnReader<Column: TableColumn> {
    let row: Row
    let start: Int

    func integer(_ column: Column) -> Int { row.integer(start + column.rawValue) }
    func optionalInteger(_ column: Column) -> Int? { row.optionalInteger(start + column.rawValue) }
    func flag(_ column: Column) -> Bool { row.flag(start + column.rawValue) }
    func text(_ column: Column) -> String { row.text(start + column.rawValue) }
    func optionalText(_ column: Column) -> String? { row.optionalText(start + column.rawValue) }
    func blob(_ column: Column) -> [UInt8] { row.blob(start + column.rawValue) }
    func time(_ column: Column) -> Date? { row.time(start + column.rawValue) }
}
