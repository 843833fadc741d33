/// Runs SQL inside one transaction of a ``Database``, in the same way on both engines. Not `Sendable`, and of no use
/// after the transaction's closure has returned.
///
/// Placeholders are `$1`, `$2` …, and their first uses must come in that order: SQLite numbers them as it meets them.
///
/// Every method throws ``DatabaseError``. Let it leave the closure: the database then rolls the transaction back, and
/// runs the closure again where that can help. On PostgreSQL all later statements of the transaction fail, too.
package final class Connection {
    private let engine: any Engine

    init(_ engine: any Engine) {
        self.engine = engine
        dialect = engine.dialect
    }

    /// The SQL that differs between the engines.
    package let dialect: Dialect

    // MARK: - Writing

    /// Runs a statement for its effect and returns the number of rows that an INSERT, UPDATE or DELETE changed.
    @discardableResult
    package func execute(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        try engine.run(sql, values: values) { _ in }
    }

    /// Runs a statement for each row of values and returns for each row whether the statement changed anything. On
    /// PostgreSQL this is one round trip for each 1,000 rows.
    @discardableResult
    package func execute(_ statement: BatchStatement, rows: [[SQLValue]]) throws -> [Bool] {
        rows.isEmpty ? [] : try engine.run(statement, rows: rows)
    }

    /// Runs a statement for one row of values, in time for the transaction's next query; returns nothing about its
    /// effect.
    ///
    /// SQLite runs it at once. PostgreSQL collects up to 1,000 rows of one statement and sends them together, at the
    /// latest before any other statement or the commit. So an error of this row may be thrown by a later call or by
    /// the commit; the transaction fails in any case.
    package func executeLater(_ statement: BatchStatement, row: [SQLValue]) throws {
        try engine.runLater(statement, row: row)
    }

    /// Runs several statements separated by `;`, without values. For PostgreSQL each statement must end its line.
    package func script(_ sql: String) throws { try engine.runScript(sql) }

    // MARK: - Reading

    /// Runs a query and returns what `read` makes of each row, in the query's order. Throws what `read` throws, too.
    ///
    /// `read` must not use the connection.
    @inlinable
    package func query<Value>(_ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws -> Value) throws -> [Value]
    {
        var found: [Value] = []
        try run(sql, values: values) { found.append(try read($0)) }
        return found
    }

    /// Runs a query and returns what `read` makes of the first row, or nil where there is no row. All rows are
    /// fetched: add `LIMIT 1` where there may be many.
    ///
    /// `read` must not use the connection.
    @inlinable
    package func first<Value>(_ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws -> Value) throws -> Value?
    {
        var found: Value?
        try run(sql, values: values) { row in
            if found == nil { found = try read(row) }
        }
        return found
    }

    /// Runs a query and passes each row to `body` as it arrives, for results too large for memory.
    ///
    /// `body` must not use the connection. On PostgreSQL the usual limit of 12 seconds a statement does not apply to
    /// this query; the server may be silent for up to 600 seconds.
    package func forEachRow(_ sql: String, _ values: [SQLValue] = [], _ body: (Row) throws -> Void) throws {
        try engine.runStreaming(sql, values: values, eachRow: body)
    }

    /// Not inlinable, so that only this module knows the engines; its callers above are compiled in the module that
    /// calls them, specialized for its `Value`.
    @usableFromInline func run(_ sql: String, values: [SQLValue], eachRow: (Row) throws -> Void) throws {
        _ = try engine.run(sql, values: values, eachRow: eachRow)
    }

    // MARK: - PostgreSQL only

    /// Takes the advisory lock of this name, waiting while another transaction holds it, and keeps it until this
    /// transaction ends: shared transactions that take the same one run one after another.
    ///
    /// Does nothing in SQLite, where no other transaction writes meanwhile. Throws ``DatabaseError`` of kind `busy`
    /// after eight seconds, which makes the database run the transaction again.
    package func lock(_ name: String) throws {
        guard dialect == .postgresql else { return }
        try execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [.text(name)])
    }

    /// Deletes the transaction marks of processes that wrote nothing for 30 days. Does nothing in SQLite.
    package func deleteOldTransactionMarks() throws {
        guard dialect == .postgresql else { return }
        try execute(TransactionMark.deleteOld)
    }
}
