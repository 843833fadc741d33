internal import ArgumentParser
internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Who did what to which key, when and why.",
        subcommands: [List.self, Verify.self, Export.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Rows of the audit log in order of time.",
            discussion: "Events: \(AuditEvent.allCases.map(\.rawValue).joined(separator: ", ")).")
        @OptionGroup var common: CommonOptions
        @OptionGroup var filter: AuditFilterOptions

        func run() async throws {
            let filter = try filter.filter()
            let json = common.json
            let store = try await Session(common).openStore()
            let table = try await store.database.read { connection in
                var table = AuditTable()
                try AuditLine.forEach(filter, in: connection) { line in
                    json ? line.printJSON() : table.add(line)
                    if Terminal.hasNoReader { throw ExitCode.success }
                }
                return table
            }
            if !json { table.print() }
        }
    }
}
