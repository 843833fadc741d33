public import Database
internal import Vocabulary

extension Connection {
    /// Verifies the audit log, or one run of it, without keeping more than a row in memory.
    ///
    /// To be called inside one snapshot: log and run table are compared. Throws ``InvalidInput`` where neither knows
    /// `runID`.
    public func verifyAudit(runID: String? = nil) throws -> AuditVerification {
        var verifier = AuditVerifier()
        let values: [SQLValue] = runID.map { [.text($0)] } ?? []
        try forEachRow(
            """
            SELECT \(AuditRow.columns), \(AuditedRun.columns) FROM audit_entry a LEFT JOIN run r ON r.id = a.run_id
            \(runID == nil ? "" : "WHERE a.run_id = $1") ORDER BY a.run_id, a.seq
            """, values
        ) { row in
            try verifier.take(AuditRow(row: row), of: AuditedRun(row: row, from: AuditRow.columnCount))
        }
        verifier.finish()
        for emptyJob in try emptyJobs(runID, values) { verifier.takeEmptyJob(emptyJob) }
        if let runID, verifier.verification.runs == 0 { try requireRun(runID) }
        return verifier.verification
    }

    /// Jobs without a row.
    private func emptyJobs(_ runID: String?, _ values: [SQLValue]) throws -> [String] {
        try query(
            """
            SELECT r.id FROM run r WHERE r.kind = 'job' \(runID == nil ? "" : "AND r.id = $1")
                AND NOT EXISTS (SELECT 1 FROM audit_entry a WHERE a.run_id = r.id)
            ORDER BY r.id
            """, values
        ) { $0.text(0) }
    }

    private func requireRun(_ runID: String) throws {
        guard try first("SELECT r.id FROM run r WHERE r.id = $1", [.text(runID)], { $0.text(0) }) != nil else {
            throw InvalidInput("there is no run with this id; `keyvigil audit list --json` shows them")
        }
    }
}
