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
                try connection.auditLines(filter) { line in
                    json ? line.printJSON() : table.add(line)
                    if Terminal.hasNoReader { throw ExitCode.success }
                }
                return table
            }
            if !json { table.print() }
        }
    }
}

/// Audit rows for people.
struct AuditTable {
    private var table = TextTable(
        "AT", "ACTOR", "EVENT", "TENANT", "PROVIDER", "KEY", "FINDING", "ANSWER", "DETAILS")

    mutating func add(_ line: AuditLine) {
        let answer = [line.httpStatus.map { "HTTP \($0)" }, line.providerCode].compactMap(\.self)
        table.add(
            String(UTCText.string(line.at).prefix(19)), line.actor, line.event, line.tenantID ?? "",
            line.provider ?? "", line.keyPrefix.map { $0 + "…" } ?? "", line.finding ?? "",
            answer.joined(separator: " "), line.details ?? "")
        table.flow()
    }

    func print() { table.isEmpty ? Terminal.say("no such rows") : table.print() }
}

extension AuditLine {
    /// The interface's names and the values, for a list and an export alike.
    var fields: KeyValuePairs<String, JSONLine.Value> {
        [
            "id": .text(id), "at": .time(at), "run": .text(runID), "seq": .number(sequence), "actor": .text(actor),
            "event": .text(event), "key_id": .text(keyID), "tenant": .text(tenantID), "provider": .text(provider),
            "key_prefix": .text(keyPrefix), "finding": .text(finding), "http_status": .number(httpStatus),
            "provider_code": .text(providerCode), "request_id": .text(requestID), "details": .text(details),
            "hash": .text(hash),
        ]
    }

    fileprivate func printJSON() { JSONLine.print(fields) }
}
