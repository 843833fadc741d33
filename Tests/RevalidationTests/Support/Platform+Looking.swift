import Database
import Foundation
import Judgement
import KeyVigil
import TestSupport
import Testing

@testable import Revalidation

extension Platform {
    /// The first column of a query's rows as text.
    func texts(_ sql: String) async throws -> [String] {
        try await store.database.read { connection in try connection.query(sql) { $0.text(0) } }
    }

    func count(_ sql: String) async throws -> Int {
        try await store.database.read { connection in try connection.first(sql) { $0.integer(0) } ?? 0 }
    }

    func execute(_ sql: String) async throws {
        _ = try await store.database.transaction { connection in try connection.execute(sql) }
    }

    /// Executes several statements, separated by `;` at the end of a line.
    func script(_ sql: String) async throws {
        try await store.database.transaction { connection in try connection.script(sql) }
    }

    /// The audit log's events in order of runs, of all keys or of one.
    func events(of key: TestKey? = nil) async throws -> [String] {
        let condition = key.map { "WHERE a.key_id = '\($0.id)'" } ?? ""
        return try await texts(
            "SELECT a.event FROM audit_entry a JOIN run r ON r.id = a.run_id \(condition) ORDER BY \(TestStore.age("r")), a.seq"
        )
    }

    /// The conditions that have not ended.
    func standingConditions() async throws -> [Condition] {
        try await store.database.read { try ConditionTable.standing(in: $0) }
    }

    /// The facts of all rows of an event in words, oldest first, as `audit list` shows them; none of rows without.
    func told(_ event: AuditEvent) async throws -> [String] {
        try await lines(event).compactMap { $0.sentence?.text }
    }

    /// All rows of an event, oldest first.
    func lines(_ event: AuditEvent) async throws -> [AuditLine] {
        var filter = AuditFilter()
        filter.event = event
        return try await store.database.read { [filter] connection in
            var lines: [AuditLine] = []
            try AuditLine.forEach(filter, in: connection) { lines.append($0) }
            return lines
        }
    }

    /// All rows of the store except what every run writes: runs, audit rows and reservations of a provider's rate.
    func dump() async throws -> [String] {
        try await store.database.read { connection in
            let tables = try connection.query(TestStore.isOnServer ? Self.serverTables : Self.embeddedTables) {
                $0.text(0).split(separator: ":", maxSplits: 1).map(String.init)
            }
            return try tables.flatMap { table in
                try connection.query("SELECT \(table[1]) FROM \(table[0]) ORDER BY 1") { "\(table[0]) \($0.text(0))" }
            }
        }
    }

    private static let embeddedTables = """
        SELECT m.name || ':' || group_concat('quote("' || c.name || '")', '||'',''||')
        FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT IN ('run', 'audit_entry', 'provider_budget') GROUP BY m.name ORDER BY m.name
        """

    private static let serverTables = """
        SELECT table_name || ':' || quote_ident(table_name) || '::text' FROM information_schema.tables
        WHERE table_schema = 'public' AND table_name NOT IN ('run', 'transaction_mark', 'provider_budget')
            AND table_name NOT LIKE 'audit_entry%'
        ORDER BY table_name
        """

    /// The mails that were written as files, sorted by recipient.
    func mails() throws -> [ParsedMail] {
        let folder = directory.path("mail")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return try names.filter { $0.hasSuffix(".eml") }.sorted().map { name in
            try ParsedMail([UInt8](Data(contentsOf: URL(filePath: "\(folder)/\(name)"))))
        }
    }

    /// Expects that no slice is leased.
    func expectLeasesReturned(_ location: SourceLocation = #_sourceLocation) async throws {
        let held = try await count("SELECT count(*) FROM slice_lease WHERE runner IS NOT NULL OR lease_end IS NOT NULL")
        #expect(held == 0, sourceLocation: location)
    }
}

extension [Attention] {
    /// What operators should look at, in words.
    var texts: [String] { map(\.sentence.text) }
}

extension Change {
    /// Why the guard held the key; nil for other changes.
    var reasonHeld: DisablingGuard.Reason? {
        if case .held(let held) = circumstance { held.reason } else { nil }
    }
}
