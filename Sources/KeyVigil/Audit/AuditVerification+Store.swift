package import Database
internal import Vocabulary

extension AuditVerification {
    /// Verifies the audit log, or one run of it, with one row at a time in memory.
    ///
    /// Call it inside one read transaction, because log and run table are compared.
    ///
    /// - Throws: `InvalidInput` where neither of them has the run `runID`, `DatabaseError` where the store fails.
    package static func ofLog(runID: String? = nil, in connection: Connection) throws -> AuditVerification {
        var verifier = AuditVerifier()
        let values: [SQLValue] = runID.map { [.id($0)] } ?? []
        try connection.forEachRow(
            """
            SELECT \(AuditRow.columns), \(RecordedRun.columns) FROM audit_entry a LEFT JOIN run r ON r.id = a.run_id
            \(runID == nil ? "" : "WHERE a.run_id = $1") ORDER BY a.run_id, a.seq
            """, values
        ) { row in
            try verifier.verify(AuditRow(row: row), of: RecordedRun(row: row, from: AuditRow.columnCount))
        }
        verifier.finish()
        for emptyJob in try emptyJobs(of: runID, values: values, in: connection) { verifier.reportEmptyJob(emptyJob) }
        if let runID, verifier.verification.runs == 0 { try requireRun(runID, in: connection) }
        return verifier.verification
    }

    /// The ids of jobs that have no row in the log.
    private static func emptyJobs(of runID: String?, values: [SQLValue], in connection: Connection) throws -> [String] {
        try connection.query(
            """
            SELECT r.id FROM run r
            WHERE r.kind = \(RunRecord.Kind.job.sql) \(runID == nil ? "" : "AND r.id = $1")
                AND NOT EXISTS (SELECT 1 FROM audit_entry a WHERE a.run_id = r.id)
            ORDER BY r.id
            """, values
        ) { $0.text(0) }
    }

    private static func requireRun(_ runID: String, in connection: Connection) throws {
        guard try connection.first("SELECT r.id FROM run r WHERE r.id = $1", [.id(runID)], { $0.text(0) }) != nil
        else {
            throw InvalidInput("there is no run with this id", remedy: .listRuns)
        }
    }
}
