internal import ArgumentParser
internal import Database
internal import KeyVigil
internal import Revalidation

extension AuditCommand {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Recompute the hash chain of every run and name the first bad row of each that is broken.",
            discussion: """
                Finds rows that were changed, removed, added, moved or renumbered, and rows that the run table \
                contradicts. A run that was killed has no end; that is no fault.

                \(unseen) That takes checkpoints that are signed and kept outside the store, which this program does \
                not write yet.

                Exit status 3: the log is broken.
                """)
        /// What the hash chain cannot show.
        static let unseen = """
            The chain alone does not show rows cut off the end of a command or of a job that was killed or failed, \
            a run's end written anew with new hashes, a run removed whole, or a backup put back.
            """
        @OptionGroup var common: CommonOptions
        @Option(name: .customLong("run"), help: ArgumentHelp("One run.", valueName: "id"))
        var runID: String?

        func run() async throws {
            let runID = runID?.lowercased()
            let store = try await Session(common).openStore()
            let found = try await store.database.read { try AuditVerification.ofLog(runID: runID, in: $0) }
            common.json ? found.printJSON() : found.print()
            guard !found.faults.isEmpty else { return }
            Terminal.error(
                "keyvigil: \(found.faults.count) of \(found.runs) runs in the audit log are broken; "
                    + "keep a copy of the store as it is and compare it with a backup")
            throw ExitCode(.attention)
        }
    }
}

extension AuditVerification {
    fileprivate func print() {
        if faults.isEmpty {
            Terminal.say("\(rows) rows in \(runs) runs: the chain holds")
        } else {
            var table = TextTable("BROKEN RUN", "ROW", "FROM THERE ON NOTHING IS PROVED, BECAUSE")
            for fault in faults { table.add(fault.runID, String(fault.sequence), fault.sentence) }
            table.print()
        }
        Terminal.say(AuditCommand.Verify.unseen)
    }

    fileprivate func printJSON() {
        JSONLine.print([
            "runs": .number(runs), "rows": .number(rows),
            "broken": .array(
                faults.map { fault in
                    .object([
                        "run": .text(fault.runID), "seq": .number(fault.sequence), "problem": .text(fault.sentence),
                    ])
                }),
        ])
    }
}
