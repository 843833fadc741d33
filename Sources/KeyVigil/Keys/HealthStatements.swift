internal import Database

/// The statements that write a ``HealthChange``, in one engine's dialect.
struct HealthStatements {
    let routine: BatchStatement
    let all: BatchStatement

    static let embedded = HealthStatements(.sqlite)
    static let server = HealthStatements(.postgresql)

    private typealias Column = (name: String, type: SQLType)

    private static let answer: [Column] = [
        ("unknown_count", .integer), ("last_checked_at", .time), ("last_conclusive_at", .time), ("last_finding", .text),
        ("next_probe_at", .time), ("alive_at", .time),
    ]

    private static let state: [Column] = [
        ("key_version", .integer), ("status", .text), ("disabled_by", .text), ("disabled_at", .time),
        ("disabled_finding", .text), ("suspected_since", .time), ("suspect_finding", .text),
        ("suspect_http_status", .integer), ("suspect_code", .text), ("dead_count", .integer),
        ("suspect_counted_from", .time), ("suspect_request_id", .text), ("exhausted_since", .time),
        ("key_type", .text), ("uncheckable_since", .time), ("host", .text),
    ]

    private init(_ dialect: Dialect) {
        routine = Self.update(Self.answer, for: dialect)
        all = Self.update(Self.answer + Self.state, for: dialect)
    }

    /// Without statistics PostgreSQL's planner may choose a plan that scans all keys for each row. So the statement
    /// leaves it only the index by id: the slice is a condition in SQLite alone, where it orders the rows, and the
    /// other columns are compared with parameters, whose values the planner does not know.
    private static func update(_ columns: [Column], for dialect: Dialect) -> BatchStatement {
        let next = columns.count + 1
        let slice = dialect == .sqlite ? "slice = $\(next) AND " : ""
        let compared = ["disabled_by", "suspected_since", "next_probe_at", "last_checked_at"].enumerated()
            .map { "\($1) \(dialect.isSame) $\(next + 4 + $0)" }
        return .update(
            "key_health",
            set: columns.enumerated().map { "\($1.name) = $\($0 + 1)" }.joined(separator: ", "),
            where: """
                \(slice)key_id = $\(next + 1) AND key_version = $\(next + 2) AND status = $\(next + 3)
                AND \(compared.joined(separator: " AND "))
                """,
            types: columns.map(\.type) + [.integer, .id, .integer, .text, .text, .time, .time, .time])
    }
}
