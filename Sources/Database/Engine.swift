/// What ``Connection`` and ``Database`` ask of SQLite and PostgreSQL. The engines know neither of the two, nor
/// ``Row``: the extensions below turn their rows into it.
protocol Engine: AnyObject {
    var dialect: Dialect { get }

    /// Runs one statement, passes its rows to `eachRow` and returns the number of changed rows.
    func run(_ sql: String, values: [SQLValue], eachRow: (Row) throws -> Void) throws -> Int

    /// Runs one query and passes each row on as soon as it arrives, so that the rows are never in memory together.
    func runStreaming(_ sql: String, values: [SQLValue], eachRow: (Row) throws -> Void) throws

    /// Runs a statement for each row of values; returns for each row whether the statement changed anything.
    func run(_ statement: BatchStatement, rows: [[SQLValue]]) throws -> [Bool]

    /// Runs a statement before the transaction's next other statement, and at the latest with the commit.
    func runLater(_ statement: BatchStatement, row: [SQLValue]) throws

    /// Runs several statements separated by `;`.
    func runScript(_ sql: String) throws

    func begin(_ mode: TransactionMode) throws
    /// Throws only where nothing was committed, or where the server did not say whether it committed (code 08007).
    func commit() throws
    /// Undoes the transaction. Errors are dropped: a lost connection undoes it, too.
    func rollback()
}

extension SQLiteEngine: Engine {
    func run(_ sql: String, values: [SQLValue], eachRow: (Row) throws -> Void) throws -> Int {
        try execute(sql, values: values) { try eachRow(Row($0)) }
    }

    func runStreaming(_ sql: String, values: [SQLValue], eachRow: (Row) throws -> Void) throws {
        _ = try execute(sql, values: values) { try eachRow(Row($0)) }
    }
}

extension PostgresEngine: Engine {
    func run(_ sql: String, values: [SQLValue], eachRow: (Row) throws -> Void) throws -> Int {
        try execute(sql, values: values) { try eachRow(Row($0)) }
    }

    func runStreaming(_ sql: String, values: [SQLValue], eachRow: (Row) throws -> Void) throws {
        try stream(sql, values: values) { try eachRow(Row($0)) }
    }
}
