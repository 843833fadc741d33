internal import Database
internal import Vocabulary

/// The statements that write a ``HealthChange``, in one engine's dialect.
struct HealthStatements {
    let routine: BatchStatement
    let all: BatchStatement

    static let embedded = HealthStatements(.sqlite)
    static let server = HealthStatements(.postgresql)

    /// A routine change is of an unsuspected key and leaves it so.
    static let routineColumns = HealthUpdate(
        written: HealthColumn.routine, compared: [.version, .status, .nextProbeAt, .lastCheckedAt],
        condition: "suspected_since IS NULL")
    static let allColumns = HealthUpdate(
        written: HealthColumn.routine + HealthColumn.others, compared: HealthColumn.compared, condition: nil)

    private init(_ dialect: Dialect) {
        routine = Self.routineColumns.statement(for: dialect)
        all = Self.allColumns.statement(for: dialect)
    }
}
