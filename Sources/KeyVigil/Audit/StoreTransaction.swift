package import Database
package import Foundation

/// A transaction that writes: its connection and its time.
///
/// A function that writes to the store takes one; a function that only reads takes a `Connection`. It is not
/// `Sendable` and must not be used after the closure that received it returns.
package class StoreTransaction {
    /// The connection, for statements and for functions that only read.
    package let connection: Connection
    /// The time by the store's clock, read when the transaction began, before it waited for any lock.
    package let now: Date

    /// A transaction on `connection`, which has already begun.
    package init(connection: Connection, now: Date) {
        self.connection = connection
        self.now = now
    }

    /// Runs a statement for its effect and returns how many rows it changed.
    ///
    /// - Throws: `DatabaseError`; the transaction then rolls back.
    @discardableResult
    package func execute(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        try connection.execute(sql, values)
    }

    /// Runs a statement for each row of values and returns for each row whether it changed something.
    ///
    /// - Throws: `DatabaseError`; the transaction then rolls back.
    @discardableResult
    package func execute(_ statement: BatchStatement, rows: [[SQLValue]]) throws -> [Bool] {
        try connection.execute(statement, rows: rows)
    }

    /// Acquires the lock of this name until the transaction ends; waits where another transaction holds it.
    ///
    /// - Throws: `DatabaseError`; the transaction then rolls back.
    package func lock(_ name: String) throws { try connection.lock(name) }
}

/// A transaction that also appends to the audit log of its run. It owns the log's head: the rows that it appended
/// count when it commits, and are gone when it rolls back.
package final class AuditedTransaction: StoreTransaction {
    private(set) var head: AuditHead

    init(connection: Connection, now: Date, head: AuditHead) {
        self.head = head
        super.init(connection: connection, now: now)
    }

    /// The id of the run that writes, a lower-case UUID.
    package var runID: String { head.runID }

    /// Appends a row to the run's audit log.
    ///
    /// - Throws: `DatabaseError`; the transaction then rolls back.
    package func append(_ entry: AuditEntry) throws { try head.append(entry, to: connection) }
}
