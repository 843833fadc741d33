internal import ArgumentParser
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

/// Which rows of the audit log, as `audit list` and `audit export` ask for them.
struct AuditFilterOptions: ParsableArguments {
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

    func filter() throws -> AuditFilter {
        var filter = AuditFilter()
        filter.since = try since.map { try Self.time($0, atDayEnd: false) }
        filter.until = try until.map { try Self.time($0, atDayEnd: true) }
        filter.tenantID = tenant
        filter.keyID = key?.lowercased()
        filter.event = event.flatMap(AuditEvent.init(rawValue:))
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
