public import Database
public import Foundation

/// One execution of the job or of a writing command.
public struct RunRecord: Sendable {
    /// What ran.
    public enum Kind: String, Sendable {
        /// `keyvigil run`.
        case job
        /// Any other command that writes.
        case command
    }

    /// Lower-case UUID.
    public let id: String
    /// What ran.
    public let kind: Kind
    /// Which process.
    public let runner: String
    /// The program's version.
    public let program: String
    /// When it began.
    public let startedAt: Date
    /// When it ended; nil while it runs and after a crash.
    public var finishedAt: Date?
    /// `complete`, `partial` or `failed`; nil like `finishedAt`.
    public var outcome: String?
    /// The job's report as JSON.
    public var summary: String?

    /// A new run.
    public init(kind: Kind, runner: RunnerIdentity, program: String, startedAt: Date) {
        id = UUID.timeOrdered(at: startedAt).uuidString.lowercased()
        self.kind = kind
        self.runner = runner.description
        self.program = program
        self.startedAt = startedAt
    }

    init(row: Row) {
        id = row.text(0)
        kind = Kind(rawValue: row.text(1)) ?? .command
        runner = row.text(2)
        program = row.text(3)
        startedAt = row.time(4) ?? .distantPast
        finishedAt = row.time(5)
        outcome = row.optionalText(6)
        summary = row.optionalText(7)
    }
}

extension Connection {
    /// Opens a run.
    public func insert(_ run: RunRecord) throws {
        try makeAuditPartitions(at: run.startedAt)
        try execute(
            "INSERT INTO run (id, kind, runner, program, schema_version, started_at) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                .text(run.id), .text(run.kind.rawValue), .text(run.runner), .text(run.program),
                .integer(Schema.version), .time(run.startedAt),
            ])
    }

    /// On a server, a partition for the audit rows of this month's runs and of two more.
    private func makeAuditPartitions(at date: Date) throws {
        guard dialect == .postgresql else { return }
        let name = "audit_entry_" + UTCText.string(date + 45 * 86_400).prefix(7).map { $0 == "-" ? "_" : $0 }
        let isThere = try first("SELECT to_regclass($1) IS NOT NULL", [.text(name)]) { $0.flag(0) }
        if isThere != true { try execute("SELECT keyvigil_make_audit_partitions($1, 2)", [.time(date)]) }
    }

    /// Closes a run.
    public func finish(_ runID: String, at date: Date, outcome: String, summary: String?) throws {
        try execute(
            "UPDATE run SET finished_at = $1, outcome = $2, summary = $3 WHERE id = $4",
            [.time(date), .text(outcome), .text(summary), .text(runID)])
    }

    /// The newest run of the job, finished or not.
    public func lastJob() throws -> RunRecord? {
        try first(
            """
            SELECT id, kind, runner, program, started_at, finished_at, outcome, summary FROM run
            WHERE kind = 'job' ORDER BY started_at DESC LIMIT 1
            """, [], RunRecord.init)
    }
}
