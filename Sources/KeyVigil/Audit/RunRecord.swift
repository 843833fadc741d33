internal import Database
package import Foundation
package import Vocabulary

/// One execution of the job or of a writing command.
package struct RunRecord: Sendable {
    /// What ran.
    package enum Kind: String, Sendable {
        /// `keyvigil run`.
        case job
        /// Any other command that writes.
        case command

        /// Who acts in such a run, as its audit rows say.
        package var actor: AuditActor { self == .job ? .job : .operator }
    }

    /// Lower-case UUID.
    package let id: String
    /// What ran.
    package let kind: Kind
    /// Which process.
    package let runner: String
    /// The program's version.
    package let program: String
    /// When it began.
    package let startedAt: Date
    /// When it ended; nil while it runs and after a crash.
    package var finishedAt: Date?
    /// `complete`, `partial` or `failed`; nil like `finishedAt`.
    package var outcome: String?
    /// The job's report as JSON.
    package var summary: String?

    /// A new run.
    package init(kind: Kind, runner: RunnerIdentity, program: String, startedAt: Date) {
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
