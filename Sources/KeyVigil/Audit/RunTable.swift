package import Database
package import Foundation

/// The table `run`: one row for each run of the job and each command that writes. Its functions throw
/// `DatabaseError`.
package enum RunTable {
    /// Records that a run starts.
    package static func insert(_ run: RunRecord, in transaction: StoreTransaction) throws {
        try makeAuditPartitions(at: run.startedAt, in: transaction)
        try transaction.execute(
            "INSERT INTO run (id, kind, runner, program, schema_version, started_at) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                .id(run.id), .text(run.kind.rawValue), .text(run.runner), .text(run.program),
                .integer(Schema.version), .time(run.startedAt),
            ])
    }

    /// On a server, makes partitions for the audit rows of runs that start in this month or the next two.
    private static func makeAuditPartitions(at date: Date, in transaction: StoreTransaction) throws {
        guard transaction.connection.dialect == .postgresql else { return }
        let names = [date, date + 45 * 86_400].map { date in
            "audit_entry_" + UTCText.string(date).prefix(7).replacing("-", with: "_")
        }
        let isThere = try transaction.connection.first(
            "SELECT to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL", names.map { .text($0) }
        ) { $0.flag(0) }
        if isThere != true { try transaction.execute("SELECT keyvigil_make_audit_partitions($1, 2)", [.time(date)]) }
    }

    /// Records that a run ended, with its outcome and report.
    package static func finish(
        _ runID: String, outcome: RunRecord.Outcome, summary: String? = nil, at date: Date,
        in transaction: StoreTransaction
    ) throws {
        try transaction.execute(
            "UPDATE run SET finished_at = $1, outcome = $2, summary = $3 WHERE id = $4",
            [.time(date), .text(outcome.rawValue), .text(summary), .id(runID)])
    }

    /// The job's run that started last, finished or not; nil before the first.
    package static func lastJob(in connection: Connection) throws -> RunRecord? {
        try connection.first(
            """
            SELECT id, kind, runner, program, started_at, finished_at, outcome, summary FROM run
            WHERE kind = \(RunRecord.Kind.job.sql) ORDER BY started_at DESC LIMIT 1
            """, [], RunRecord.init)
    }
}
