/// A statement that is run for many rows of values at once.
///
/// SQLite runs it row by row. PostgreSQL gets one statement with an array for each column, which costs it a fraction
/// of so many single ones.
public struct BatchStatement: Sendable {
    /// For one row; placeholders `$1`, `$2` … as everywhere.
    let single: String
    /// For all rows, over arrays.
    let arrays: String
    let types: [SQLType]

    /// A statement that inserts a row.
    public static func insert(into table: String, _ columns: [(name: String, type: SQLType)]) -> BatchStatement {
        let names = columns.map(\.name).joined(separator: ", ")
        let places = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
        let values = (1...columns.count).map { "v.c\($0)" }.joined(separator: ", ")
        let types = columns.map(\.type)
        return BatchStatement(
            single: "INSERT INTO \(table) (\(names)) VALUES (\(places))",
            arrays: "INSERT INTO \(table) (\(names)) SELECT \(values) FROM \(unnested(types)) ORDER BY v.n",
            types: types)
    }

    /// A statement that changes the row for which `condition` holds.
    ///
    /// - Parameters:
    ///   - changes: `column = $1, other = $2 …`
    ///   - condition: placeholders go on from those of `changes`; columns need no table name.
    ///   - types: of all placeholders, in order.
    public static func update(
        _ table: String, set changes: String, where condition: String, types: [SQLType]
    ) -> BatchStatement {
        BatchStatement(
            single: "UPDATE \(table) SET \(changes) WHERE \(condition)",
            arrays: """
                UPDATE \(table) SET \(unnumbered(changes)) FROM \(unnested(types))
                WHERE \(unnumbered(condition)) RETURNING v.n
                """, types: types)
    }

    /// `unnest($1::text[], …) WITH ORDINALITY AS v(c1, …, n)`.
    private static func unnested(_ types: [SQLType]) -> String {
        let arrays = types.enumerated().map { "$\($0 + 1)::\($1.postgresName)[]" }.joined(separator: ", ")
        let names = (1...types.count).map { "c\($0)" }.joined(separator: ", ")
        return "unnest(\(arrays)) WITH ORDINALITY AS v(\(names), n)"
    }

    /// `$7` becomes `v.c7`.
    private static func unnumbered(_ sql: String) -> String {
        sql.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "v.c")
    }
}
