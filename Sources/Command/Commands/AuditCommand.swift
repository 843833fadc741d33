internal import ArgumentParser
internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Who did what to which key, when and why.", subcommands: [List.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Rows of the audit log in order of time.",
            discussion: "Events: \(AuditEvent.allCases.map(\.rawValue).joined(separator: ", ")).")
        @OptionGroup var common: CommonOptions
        @Option(help: ArgumentHelp("Not before this time.", valueName: "date"))
        var since: String?
        @Option(help: ArgumentHelp("Not after this time.", valueName: "date"))
        var until: String?
        @Option(help: "One tenant's rows.")
        var tenant: String?
        @Option(help: "One key's rows.")
        var key: String?
        @Option(help: "One event, such as key.disabled.")
        var event: String?

        func validate() throws {
            guard event.map({ AuditEvent(rawValue: $0) != nil }) ?? true else {
                throw ValidationError("no such event; `keyvigil help audit list` names them")
            }
        }

        func run() async throws {
            let filter = try filter()
            let json = common.json
            let store = try await Session(common).openStore()
            let lines = try await store.database.read { connection in
                var lines: [AuditLine] = []
                try connection.auditLines(filter) { json ? $0.printJSON() : lines.append($0) }
                return lines
            }
            guard !json else { return }
            AuditTable(lines).print()
        }

        private func filter() throws -> AuditFilter {
            var filter = AuditFilter()
            filter.since = try since.map { try Self.time($0, atDayEnd: false) }
            filter.until = try until.map { try Self.time($0, atDayEnd: true) }
            filter.tenantID = tenant
            filter.keyID = key?.lowercased()
            filter.event = event
            return filter
        }

        private static func time(_ text: String, atDayEnd: Bool) throws -> Date {
            do {
                let end = try NewKey.expiry(text)
                return text.utf8.count == 10 && !atDayEnd ? end.addingTimeInterval(-86_399) : end
            } catch {
                throw InvalidInput("--since and --until take a date such as 2026-12-31 or 2026-12-31T12:00:00Z")
            }
        }
    }
}

/// Audit rows for people.
struct AuditTable {
    private let lines: [AuditLine]

    init(_ lines: [AuditLine]) { self.lines = lines }

    func print() {
        guard !lines.isEmpty else { return Terminal.say("no such rows") }
        var table = TextTable("AT", "ACTOR", "EVENT", "TENANT", "PROVIDER", "KEY", "FINDING", "ANSWER", "DETAILS")
        for line in lines {
            let answer = [line.httpStatus.map { "HTTP \($0)" }, line.providerCode].compactMap(\.self)
            table.add(
                String(UTCText.string(line.at).prefix(19)), line.actor, line.event, line.tenantID ?? "",
                line.provider ?? "", line.keyPrefix.map { $0 + "…" } ?? "", line.finding ?? "",
                answer.joined(separator: " "), line.details ?? "")
        }
        table.print()
    }
}

extension AuditLine {
    fileprivate func printJSON() {
        JSONLine.print([
            "id": .text(id), "at": .time(at), "run": .text(runID), "seq": .number(sequence), "actor": .text(actor),
            "event": .text(event), "key_id": .text(keyID), "tenant": .text(tenantID), "provider": .text(provider),
            "key_prefix": .text(keyPrefix), "finding": .text(finding), "http_status": .number(httpStatus),
            "provider_code": .text(providerCode), "request_id": .text(requestID), "details": .text(details),
            "hash": .text(hash),
        ])
    }
}
