/// Verifies the audit log row by row, in order of run and number, and reports the first bad row of each run.
///
/// It keeps one run's state and the faults found. A user who may write the whole store can still cut off or rewrite
/// the end of a run with new hashes; only a signed checkpoint that is kept elsewhere shows that (promise 7).
struct AuditVerifier {
    /// What the rows so far showed.
    private(set) var verification = AuditVerification()
    private var current: Progress?

    /// How far one run's chain has been verified.
    private struct Progress {
        let id: String
        let run: RecordedRun?
        var next = 1
        var hash: [UInt8]
        var hasEnded = false
        var isBroken = false
    }

    /// Verifies the next row; `run` is evaluated once for each run.
    mutating func verify(_ row: AuditRow, of run: @autoclosure () -> RecordedRun?) throws {
        if current?.id != row.runID {
            finish()
            current = Progress(id: row.runID, run: run(), hash: try AuditEncoding.start(of: row.runID))
            verification.runs += 1
        }
        verification.rows += 1
        guard var progress = current, !progress.isBroken else { return }
        if let fault = try Self.fault(in: row, after: progress) {
            verification.faults.append(fault)
            progress.isBroken = true
        } else {
            progress.next += 1
            progress.hash = row.hash
            progress.hasEnded = row.event == AuditEvent.runFinished.rawValue
        }
        current = progress
    }

    /// Reports a job of the run table that has no row in the log. A job's first row is written together with the job,
    /// so its rows were deleted.
    mutating func reportEmptyJob(_ runID: String) {
        finish()
        verification.runs += 1
        verification.faults.append(AuditFault(runID: runID, sequence: 1, problem: .endMissing))
    }

    /// Verifies the end of the last run. Call it after the last row.
    mutating func finish() {
        defer { current = nil }
        guard let progress = current, !progress.isBroken, let run = progress.run else { return }
        if run.mustHaveEnd, !progress.hasEnded {
            verification.faults.append(AuditFault(runID: progress.id, sequence: progress.next, problem: .endMissing))
        } else if progress.hasEnded, !run.isFinished {
            verification.faults.append(
                AuditFault(runID: progress.id, sequence: progress.next - 1, problem: .unfinished))
        }
    }

    private static func fault(in row: AuditRow, after progress: Progress) throws -> AuditFault? {
        func at(_ sequence: Int, _ problem: AuditFault.Problem) -> AuditFault {
            AuditFault(runID: row.runID, sequence: sequence, problem: problem)
        }
        guard let run = progress.run else { return at(row.sequence, .unknownRun) }
        guard row.sequence >= progress.next else { return at(row.sequence, .misnumbered) }
        guard row.sequence == progress.next else { return at(progress.next, .missing(through: row.sequence - 1)) }
        guard try row.continues(progress.hash) else { return at(row.sequence, .changed) }
        guard !progress.hasEnded else { return at(row.sequence, .afterEnd) }
        return row.actor == run.actor.rawValue ? nil : at(row.sequence, .foreignActor)
    }
}

/// The result of a verification of the audit log.
package struct AuditVerification: Sendable, Equatable {
    /// How many rows were read.
    package internal(set) var rows = 0
    /// How many runs they belong to.
    package internal(set) var runs = 0
    /// The first bad row of each run that has one, in order of run ids; jobs without any row come last.
    package internal(set) var faults: [AuditFault] = []
}
