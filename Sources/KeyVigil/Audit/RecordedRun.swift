internal import Database
internal import Foundation
internal import Vocabulary

/// What the run table says of a run, as far as the log must agree.
struct RecordedRun: Sendable, Equatable {
    let kind: RunRecord.Kind
    /// Month of the start, `2026-11`.
    let month: String
    let isFinished: Bool
    let outcome: String?

    var actor: AuditActor { kind.actor }

    /// A job that was killed has no end. One that failed has none either, for the store may be what failed. A command
    /// writes its rows in one transaction and no end.
    var mustHaveEnd: Bool { kind == .job && isFinished && outcome != "failed" }
}

extension RecordedRun {
    /// The columns that ``init(row:from:)`` reads, of `run r`.
    static let columns = "r.id, r.kind, r.started_at, r.finished_at, r.outcome"

    /// Nil where the outer join found no run.
    init?(row: Row, from column: Int) {
        guard row.optionalText(column) != nil, let kind = RunRecord.Kind(rawValue: row.text(column + 1)),
            let startedAt = row.time(column + 2)
        else { return nil }
        self.kind = kind
        month = String(UTCText.string(startedAt).prefix(7))
        isFinished = row.time(column + 3) != nil
        outcome = row.optionalText(column + 4)
    }
}
