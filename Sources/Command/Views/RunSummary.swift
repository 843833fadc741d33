internal import KeyVigil
internal import Revalidation
internal import Vocabulary

/// A run's report for people: a few lines on a terminal, one line in a journal.
struct RunSummary {
    private let report: RunReport

    init(_ report: RunReport) { self.report = report }

    /// One line for a journal, in words and `name=value` pairs.
    var line: String {
        let keys = report.keys
        let changes = report.transitions.filter { $0.value > 0 }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return
            ("keyvigil run \(report.run) \(report.outcome.rawValue)\(report.dryRun ? " (dry run)" : ""): due=\(keys.due) "
            + "probed=\(keys.probed) alive=\(keys.alive) dead=\(keys.dead) unknown=\(keys.unknown) "
            + (changes.isEmpty ? "" : changes + " ") + unsupported + "mails=\(report.notices.sent) " + coverage)
    }

    private var unsupported: String {
        report.findings[Finding.unsupported.rawValue].map { "unsupported=\($0) " } ?? ""
    }

    private var coverage: String {
        report.coverage.map { "covered=\($0.covered)/\($0.enabled) overdue=\($0.overdue)" } ?? ""
    }

    /// What an operator should look at, in one line; nil where there is nothing.
    var complaint: String? {
        let partial = report.outcome == .partial ? ["partial: the next run continues"] : []
        let parts = partial + report.attention.map(\.sentence.text)
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// - Parameter withComplaint: also prints what an operator should look at; `run` prints that on standard error.
    func print(withComplaint: Bool = false) {
        let keys = report.keys
        Terminal.say(
            Terminal.styled("Run \(report.run)", as: .bold) + (report.dryRun ? " (dry run: nothing was written)" : ""))
        Terminal.say(
            "  \(keys.due) keys due, \(keys.probed) asked: \(keys.alive) alive, \(keys.dead) dead, \(keys.unknown) unknown"
        )
        if keys.heldByOthers > 0 { Terminal.say("  \(keys.heldByOthers) or more are another run's at the moment") }
        Terminal.say(
            "  mails: \(report.notices.sent) sent, \(report.notices.deferred) to be tried again, \(report.notices.failed) failed"
        )
        if let coverage = report.coverage {
            Terminal.say(
                "  \(coverage.covered) of \(coverage.enabled) enabled keys checked within \(coverage.periodDays) days, "
                    + "\(coverage.overdue) overdue")
        }
        if withComplaint {
            report.attention.forEach { Terminal.say(Terminal.styled("  look: \($0.sentence)", as: .bold)) }
        }
        printChanges()
    }

    /// The keys whose state changed, and why, as a table.
    private func printChanges() {
        guard !report.changes.isEmpty else { return }
        var table = TextTable("CHANGE", "TENANT", "PROVIDER", "KEY", "FINDING", "BECAUSE", "")
        for change in report.changes {
            let status = change.httpStatus.map { "HTTP \($0)" }
            let evidence = [status, change.providerCode].compactMap(\.self).joined(separator: " ")
            table.add(
                change.kind.rawValue, change.tenantID, change.provider, change.prefix + "…", change.finding.rawValue,
                evidence, change.sentence?.text ?? "")
        }
        Terminal.say()
        table.print()
    }
}
