internal import ArgumentParser
internal import Foundation
internal import KeyVigil
internal import Revalidation

struct UndoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Re-enable what one run disabled, where unchanged since.",
        discussion: """
            The next run asks about each again: it takes two refusals and the gap to lose it anew. Tenants who were \
            mailed about the disabling are told that the key is back.
            """)
    @OptionGroup var common: CommonOptions
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run's id, as `run --json` and the audit log name it.", valueName: "uuid"))
    var runID: String
    @Flag(help: "Say what would be enabled, write nothing.")
    var dryRun = false

    func validate() throws {
        guard UUID(uuidString: runID) != nil else { throw ValidationError("--run takes a run's id, a UUID") }
    }

    func run() async throws {
        let undo = try await Session(common).openStore().undo(runID: runID, isDryRun: dryRun)
        common.json ? printJSON(undo) : print(undo)
    }

    private func print(_ undo: Undo) {
        guard !undo.items.isEmpty else { return Terminal.say("this run disabled no key; nothing to do") }
        var table = TextTable("KEY", "TENANT", "PROVIDER", "PREFIX", "")
        for item in undo.items {
            let outcome = item.outcome.sentence(isDryRun: dryRun).text
            table.add(item.keyID, item.key?.tenantID, item.key?.provider, item.key.map { $0.prefix + "…" }, outcome)
        }
        table.print()
        Terminal.say()
        Terminal.say(
            "\(dryRun ? "would enable" : "enabled") \(undo.enabled.count) of \(undo.items.count) keys that the run "
                + "disabled; mails owed: \(undo.noticesOwed)")
    }

    private func printJSON(_ undo: Undo) {
        JSONLine.print([
            "run": .text(runID.lowercased()), "dry_run": .flag(dryRun),
            "enabled": .array(undo.enabled.map { .object($0.jsonFields) }),
            "unchanged": .array(undo.items.filter { $0.outcome != .enabled }.map { .object($0.jsonFields) }),
            "notices_owed": .number(undo.noticesOwed),
        ])
    }
}

extension Undo.Item {
    fileprivate var jsonFields: KeyValuePairs<String, JSONLine.Value> {
        [
            "key_id": .text(keyID), "tenant": .text(key?.tenantID), "provider": .text(key?.provider),
            "prefix": .text(key?.prefix), "reason": .text(outcome == .enabled ? nil : outcome.rawValue),
        ]
    }
}
