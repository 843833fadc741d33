/// What ``Connection`` asks of SQLite or PostgreSQL. One class each; neither is `Sendable`.
protocol Engine: AnyObject {
    var dialect: Dialect { get }

    /// Runs one statement, hands over its rows and returns how many it changed.
    func run(_ sql: String, _ values: [SQLValue], eachRow: (Row) throws -> Void) throws -> Int

    /// Like ``run(_:_:eachRow:)`` for a query of any size: rows are handed over as they come.
    func stream(_ sql: String, _ values: [SQLValue], eachRow: (Row) throws -> Void) throws

    /// Runs a statement for each row of values; returns of each whether it changed something.
    func run(_ statement: BatchStatement, _ rows: [[SQLValue]]) throws -> [Bool]

    /// Runs a statement by the end of the transaction, and before the next one that is not of this kind.
    func later(_ statement: BatchStatement, _ row: [SQLValue]) throws

    /// Runs several statements separated by `;`.
    func script(_ sql: String) throws

    func begin(_ access: Access) throws
    /// Throws only where nothing was committed, or where nobody can tell.
    func commit() throws
    /// Takes everything back, or leaves the connection for lost.
    func rollback()
}

/// How a transaction goes together with others.
enum Access: Sendable {
    /// Sees one snapshot and writes nothing.
    case reading
    /// Beside others of its kind: its statements guard themselves, by conditions and row locks.
    case together
    /// Alone, as every writer is in SQLite: what it has read is still true when it writes.
    case alone
    /// Alone, with all the time that a change of the schema may take.
    case migrating
}
