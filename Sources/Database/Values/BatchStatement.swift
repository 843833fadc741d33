/// A statement that is run for many rows of values at once.
///
/// SQLite runs it row by row. PostgreSQL runs it once, with an array for each column: a fraction of the cost of one
/// statement a row.
package struct BatchStatement: Sendable {
    /// The SQL for one row; placeholders are `$1`, `$2` …, as in ``Connection``.
    let single: String
    /// The SQL for all rows; placeholder `$n` is the array of column n's values.
    let arrays: String
    let types: [SQLType]

    /// Inserts each row.
    package static func insert(into table: String, _ columns: [(name: String, type: SQLType)]) -> BatchStatement {
        let names = columns.map(\.name).joined(separator: ", ")
        let places = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
        let values = (1...columns.count).map { "v.c\($0)" }.joined(separator: ", ")
        let types = columns.map(\.type)
        return BatchStatement(
            single: "INSERT INTO \(table) (\(names)) VALUES (\(places))",
            arrays: "INSERT INTO \(table) (\(names)) SELECT \(values) FROM \(unnested(types)) ORDER BY v.n",
            types: types)
    }

    /// Updates the table's rows for which `condition` holds.
    ///
    /// - Parameters:
    ///   - changes: `column = $1, other = $2 …`
    ///   - condition: its placeholders continue those of `changes`; columns need no table name.
    ///   - types: the types of all placeholders, in order.
    package static func update(
        _ table: String, set changes: String, where condition: String, types: [SQLType]
    ) -> BatchStatement {
        BatchStatement(
            single: "UPDATE \(table) SET \(changes) WHERE \(condition)",
            arrays: """
                UPDATE \(table) SET \(withArrayColumns(changes)) FROM \(unnested(types))
                WHERE \(withArrayColumns(condition)) RETURNING v.n
                """, types: types)
    }

    /// `unnest($1::text[], …) WITH ORDINALITY AS v(c1, …, n)`.
    private static func unnested(_ types: [SQLType]) -> String {
        let arrays = types.enumerated().map { "$\($0 + 1)::\($1.postgresName)[]" }.joined(separator: ", ")
        let names = (1...types.count).map { "c\($0)" }.joined(separator: ", ")
        return "unnest(\(arrays)) WITH ORDINALITY AS v(\(names), n)"
    }

    /// Replaces each placeholder `$7` by the column `v.c7`.
    private static func withArrayColumns(_ sql: String) -> String {
        sql.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "v.c")
    }
}

extension SQLType {
    fileprivate var postgresName: String {
        switch self {
        case .flag: "boolean"
        case .blob: "bytea"
        case .integer: "bigint"
        case .text: "text"
        case .time: "timestamptz"
        case .id: "uuid"
        }
    }
}
