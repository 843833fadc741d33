/// The SQL face inside ``Database/transaction(_:)``: the same for both engines. Not `Sendable`.
///
/// Placeholders are `$1`, `$2` …; first uses must come in that order, for SQLite numbers them as it meets them.
public final class Connection {
    let engine: any Engine

    init(_ engine: any Engine) {
        self.engine = engine
        dialect = engine.dialect
    }

    /// What this engine says in its own way.
    public let dialect: Dialect

    /// Runs a statement for its effect and returns how many rows it changed.
    @discardableResult
    public func execute(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        try engine.run(sql, values) { _ in }
    }

    /// Runs a statement for each row of values and returns of each whether it changed something.
    @discardableResult
    public func execute(_ statement: BatchStatement, rows: [[SQLValue]]) throws -> [Bool] {
        rows.isEmpty ? [] : try engine.run(statement, rows)
    }

    /// Runs a statement at some time before the next query, and at the latest with the commit; what it changed is not
    /// told. Many in a row reach a server together.
    public func later(_ statement: BatchStatement, _ values: [SQLValue]) throws {
        try engine.later(statement, values)
    }

    /// Runs a query and returns what `read` makes of each row, in order.
    @inlinable
    public func query<Value>(_ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws -> Value) throws -> [Value]
    {
        var found: [Value] = []
        try forAllRows(sql, values) { found.append(try read($0)) }
        return found
    }

    /// All rows at once, for ``query(_:_:_:)``: that one is compiled where it is used, for the type that is read there.
    @usableFromInline func forAllRows(_ sql: String, _ values: [SQLValue], _ body: (Row) throws -> Void) throws {
        _ = try engine.run(sql, values, eachRow: body)
    }

    /// Hands over the rows of a query one after another; for more than memory should hold. `body` must not use the
    /// connection.
    public func forEachRow(_ sql: String, _ values: [SQLValue] = [], _ body: (Row) throws -> Void) throws {
        try engine.stream(sql, values, eachRow: body)
    }

    /// The first row, or nil where there is none.
    @inlinable
    public func first<Value>(_ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws -> Value) throws -> Value? {
        var found: Value?
        try forAllRows(sql, values) { row in
            if found == nil { found = try read(row) }
        }
        return found
    }

    /// Waits until nobody else holds this name, and holds it until the transaction ends; for what several batches beside
    /// each other must do one after another. In SQLite every writer is alone already.
    public func lock(_ name: String) throws {
        guard dialect == .postgresql else { return }
        try execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [.text(name)])
    }

    /// Forgets by what a server would know again the transactions of processes that are long gone.
    public func forgetOldTransactions() throws {
        guard dialect == .postgresql else { return }
        try execute(TransactionMark.forgetting)
    }

    /// Runs several statements separated by `;`, without values: the schema's.
    public func script(_ sql: String) throws { try engine.script(sql) }
}
