/// The first bad row of one run of the audit log.
package struct AuditFault: Sendable, Equatable {
    /// What is wrong with a row, or at its place.
    package enum Problem: Sendable, Equatable {
        /// The row's hash is not that of its values after the row before: one of the two was changed or written anew.
        case changed
        /// There is no row from ``AuditFault/sequence`` through the given number.
        case missing(through: Int)
        /// The row's number is below 1 or occurs twice.
        case misnumbered
        /// The run table says that the job finished, and the run has no row that says so, or no row at all.
        case endMissing
        /// The row follows the one that says that the run finished.
        case afterEnd
        /// The log says that the run finished, the run table says that it did not.
        case unfinished
        /// The run table does not know the run.
        case unknownRun
        /// The row of a job names an operator as its actor, or that of a command names the job.
        case foreignActor
    }

    /// The run's id, as the log has it.
    package let runID: String
    /// The number of the row in its run, or that of the first missing one; from 1.
    package let sequence: Int
    /// What is wrong.
    package let problem: Problem

    /// The problem in plain words.
    package var sentence: String {
        switch problem {
        case .changed: changed
        case .missing(let last): missing(through: last)
        case .misnumbered: "the row's number is there twice or is below 1"
        case .endMissing: endMissing
        case .afterEnd: "the row comes after the run's end"
        case .unfinished: "the row says that the run finished, the run table says that it did not"
        case .unknownRun: "the run table does not know this run"
        case .foreignActor: "the row names an actor that such a run does not have"
        }
    }

    private var changed: String {
        guard sequence > 1 else { return "the row was changed after it was written" }
        return "the row was changed after it was written, or row \(sequence - 1) was written anew"
    }

    private func missing(through last: Int) -> String {
        let rows = last == sequence ? "row \(sequence) is missing" : "rows \(sequence) to \(last) are missing"
        return sequence == 1 ? "\(rows): the run's start" : rows
    }

    private var endMissing: String {
        guard sequence > 1 else { return "all rows of the run are missing" }
        return "the rows from here on are missing: the run finished, and no row says so"
    }
}
