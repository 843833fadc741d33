/// What the two engines say differently. Everything else is the same SQL text for both.
public enum Dialect: Sendable, Equatable {
    /// The embedded store.
    case sqlite
    /// The server, for many runners.
    case postgresql

    /// Equality for which NULL equals NULL: `a \(dialect.isSame) b`.
    public var isSame: String { self == .sqlite ? "IS" : "IS NOT DISTINCT FROM" }

    /// The store's own clock, so that a runner whose clock is wrong neither holds nor ends a lease.
    ///
    /// - Parameters:
    ///   - bound: the placeholder of the time wanted by the caller's clock, which is the store's on one machine.
    ///   - seconds: from now to the time wanted.
    public func clock(_ bound: String, plus seconds: Double = 0) -> String {
        guard self == .postgresql else { return bound }
        return seconds == 0 ? "clock_timestamp()" : "clock_timestamp() + interval '\(seconds) seconds'"
    }

    /// The texts of a group in one, separated by commas.
    public func listing(_ column: String) -> String {
        self == .sqlite ? "group_concat(\(column), ', ')" : "string_agg(\(column), ', ')"
    }

    /// Whether a column's text is one of those in a bound text, separated by commas: lists of all lengths are one statement,
    /// and each is taken apart once, not for each row.
    public func isListed(_ column: String, in bound: String) -> String {
        self == .sqlite
            ? "instr(',' || \(bound) || ',', ',' || \(column) || ',') > 0"
            : "\(column) = ANY ((SELECT string_to_array(\(bound), ','))::text[])"
    }

    /// The rows of a bound JSON list of texts, which may hold any character.
    public func texts(in bound: String) -> String {
        self == .sqlite
            ? "SELECT value FROM json_each(\(bound))" : "SELECT json_array_elements_text(\(bound)::json)"
    }

    /// Joins in the order written, where the engine would otherwise choose for itself.
    public var joinInOrder: String { self == .sqlite ? "CROSS JOIN" : "JOIN" }

    /// At the end of a query: locks its rows until the transaction ends, passing over those that others hold.
    public var claimingRows: String { self == .sqlite ? "" : "FOR UPDATE SKIP LOCKED" }

    /// At the end of a query: waits for whoever changes its rows, and locks them until the transaction ends.
    public var changingRows: String { self == .sqlite ? "" : "FOR UPDATE" }

    /// At the end of a query: nobody else changes its rows until the transaction ends.
    public var keepingRows: String { self == .sqlite ? "" : "FOR SHARE" }
}

extension Dialect {
    /// The column type of a UTC time.
    public var time: String { self == .sqlite ? "TEXT" : "TIMESTAMPTZ" }
    /// The column type of bytes.
    public var bytes: String { self == .sqlite ? "BLOB" : "BYTEA" }
    /// The column type of a truth value.
    public var flag: String { self == .sqlite ? "INTEGER" : "BOOLEAN" }
    /// At the end of a table: its rows lie in order of the primary key, where the engine can do that.
    public var clustered: String { self == .sqlite ? " WITHOUT ROWID" : "" }
}
