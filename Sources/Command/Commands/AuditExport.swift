internal import ArgumentParser
internal import Database
internal import KeyVigil
internal import Revalidation

extension AuditCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Rows of the audit log for another program, in order of time.",
            discussion: """
                One JSON object a line, or with --csv a table as RFC 4180 has it, whose cells no spreadsheet takes \
                for formulas: a ' stands before = + - @.
                """)
        @OptionGroup var common: CommonOptions
        @OptionGroup var filter: AuditFilterOptions
        @Flag(help: "CSV with a header in place of JSON.")
        var csv = false

        func validate() throws {
            if csv, common.json { throw ValidationError("take either --json or --csv") }
        }

        func run() async throws {
            let filter = try filter.filter()
            let csv = csv
            let store = try await Session(common).openStore()
            try await store.database.read { connection in
                if csv { try Terminal.export(CSVLine.text(AuditLine.names)) }
                try AuditLine.forEach(filter, in: connection) { line in
                    try Terminal.export(csv ? CSVLine.text(line.cells) : JSONLine.text(line.fields) + "\n")
                }
            }
        }
    }
}

extension AuditLine {
    fileprivate static let names = [
        "id", "at", "run", "seq", "actor", "event", "key_id", "tenant", "provider", "key_prefix", "finding",
        "http_status", "provider_code", "request_id", "details", "hash",
    ]

    fileprivate var cells: [String?] {
        [
            id, UTCText.string(at), runID, String(sequence), actor, event, keyID, tenantID, provider, keyPrefix,
            finding, httpStatus.map { String($0) }, providerCode, requestID, details, hash,
        ]
    }
}
