internal import Database
package import Foundation
package import Vocabulary

/// One execution of the job or of a writing command.
package struct RunRecord: Sendable {
    /// The kinds of run.
    package enum Kind: String, Sendable {
        /// `keyvigil run`.
        case job
        /// Any other command that writes.
        case command

        /// The actor that the audit rows of such a run name.
        package var actor: AuditActor { self == .job ? .job : .operator }
    }

    /// How a run ended; the raw values are stored.
    package enum Outcome: String, Sendable, Codable, CaseIterable {
        /// All due work was done.
        case complete
        /// The run was stopped, ran out of time or lost its lease; the next run continues.
        case partial
        /// An error ended the run.
        case failed
    }

    /// Lower-case UUID, ordered by time (RFC 9562, version 7).
    package let id: String
    /// Whether the job or a command ran.
    package let kind: Kind
    /// The process that ran it (``RunnerIdentity``).
    package let runner: String
    /// The program's version.
    package let program: String
    /// When it began.
    package let startedAt: Date
    /// When it ended; nil while it runs, and where it crashed.
    package var finishedAt: Date?
    /// How it ended; nil where ``finishedAt`` is.
    package var outcome: Outcome?
    /// The job's report as JSON; nil for commands.
    package var summary: String?

    /// A run that starts at `startedAt`.
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
        outcome = row.optionalText(6).flatMap(Outcome.init)
        summary = row.optionalText(7)
    }
}
