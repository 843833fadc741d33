/// The SQL that differs between the two engines. All other SQL text is the same for both.
package enum Dialect: Sendable, Equatable {
    /// The embedded store of one machine.
    case sqlite
    /// The server that many runners share.
    case postgresql

    /// The equality operator to which NULL equals NULL: `a \(dialect.isSame) b`.
    package var isSame: String { self == .sqlite ? "IS" : "IS NOT DISTINCT FROM" }

    /// The current time by the store's own clock, so that a runner whose clock is wrong neither extends nor ends a
    /// lease.
    ///
    /// - Parameters:
    ///   - bound: placeholder of the same time by the caller's clock. SQLite uses it: on one machine both clocks are
    ///     one.
    ///   - seconds: added to the server's clock; the caller adds them to `bound` itself.
    package func clock(_ bound: String, plus seconds: Double = 0) -> String {
        guard self == .postgresql else { return bound }
        return seconds == 0 ? "clock_timestamp()" : "clock_timestamp() + interval '\(seconds) seconds'"
    }

    /// An aggregate that joins a group's texts by commas.
    package func listing(_ column: String) -> String {
        self == .sqlite ? "group_concat(\(column), ', ')" : "string_agg(\(column), ', ')"
    }

    /// A condition: the column's text is an item of the bound comma-separated list.
    ///
    /// Lists of all lengths are one statement, and PostgreSQL splits the list once, not for each row.
    package func isListed(_ column: String, in bound: String) -> String {
        self == .sqlite
            ? "instr(',' || \(bound) || ',', ',' || \(column) || ',') > 0"
            : "\(column) = ANY ((SELECT string_to_array(\(bound), ','))::text[])"
    }

    /// A query for the items of a bound ``SQLValue/texts(_:)``, one a row.
    package func texts(in bound: String) -> String {
        self == .sqlite
            ? "SELECT value FROM json_each(\(bound))" : "SELECT json_array_elements_text(\(bound)::json)"
    }

    /// A query for the items of a bound ``SQLValue/texts(_:)`` that are UUIDs, one a row.
    package func ids(in bound: String) -> String { texts(in: bound) + (self == .sqlite ? "" : "::uuid") }

    /// A join in the order written, where SQLite's planner would choose a worse one.
    package var joinInOrder: String { self == .sqlite ? "CROSS JOIN" : "JOIN" }

    /// Ends a query: locks its rows until the transaction ends and skips rows that another transaction has locked.
    package var claimingRows: String { self == .sqlite ? "" : "FOR UPDATE SKIP LOCKED" }

    /// Ends a query: waits for transactions that change its rows, then locks them until the transaction ends.
    package var changingRows: String { self == .sqlite ? "" : "FOR UPDATE" }

    /// Ends a query: no other transaction changes its rows until this one ends.
    package var keepingRows: String { self == .sqlite ? "" : "FOR SHARE" }
}
