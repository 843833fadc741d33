internal import Database
internal import Foundation
internal import Vocabulary

/// What the run table says about a run, as far as the audit log must agree with it.
struct RecordedRun: Sendable, Equatable {
    let kind: RunRecord.Kind
    let isFinished: Bool
    let outcome: RunRecord.Outcome?

    var actor: AuditActor { kind.actor }

    /// Whether the log must have a row that says that the run finished. A job that was killed has none. One that
    /// failed may have none either, because the store may be what failed. A command writes no such row.
    var mustHaveEnd: Bool { kind == .job && isFinished && outcome != .failed }
}

extension RecordedRun {
    /// The columns that ``init(row:from:)`` reads, of `run r`.
    static let columns = "r.id, r.kind, r.finished_at, r.outcome"

    /// Nil where the outer join found no run for the row.
    init?(row: Row, from column: Int) {
        guard row.optionalText(column) != nil, let kind = RunRecord.Kind(rawValue: row.text(column + 1)) else {
            return nil
        }
        self.kind = kind
        isFinished = row.time(column + 2) != nil
        outcome = row.optionalText(column + 3).flatMap(RunRecord.Outcome.init)
    }
}
