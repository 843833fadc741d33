import Database
import Foundation
import TestSupport
import Testing

@testable import KeyVigil

/// Forged rows with correct hashes, and changes to the run table instead of the log.
@Suite(.enabled(if: !TestStore.isOnServer)) struct AuditForgeryTests {
    private static let insert = """
        INSERT INTO audit_entry (\(AuditEncoding.columns.map(\.name).joined(separator: ", ")), hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """

    /// The values of the row with other details, at this number, and with the hash that is correct there.
    private func forged(_ row: AuditRow, at sequence: Int, after previous: [UInt8]) throws -> [SQLValue] {
        var fields = row.fields
        fields[1] = String(sequence)
        fields[13] = "forged"
        let hash = try AuditEncoding.hash(fields, after: previous)
        return fields.enumerated().map { $0 == 1 ? .integer(sequence) : $0 == 10 ? .integer(401) : .text($1) } + [
            .blob(hash)
        ]
    }

    @Test("A row rewritten with a correct hash breaks the chain at the next row")
    func rewritten() async throws {
        let fixture = try await AuditFixture()
        let run = try await fixture.write(.complete, rows: 6)
        try await fixture.tamper { store in
            let rows = try store.rows(of: run)
            for (before, row) in zip(rows, rows.dropFirst()).dropLast() {
                let delete = "DELETE FROM audit_entry WHERE run_id = $1 AND seq = $2"
                let faults = try store.faults(
                    after: (delete, [.text(run), .integer(row.sequence)]),
                    (Self.insert, try forged(row, at: row.sequence, after: before.hash)))
                #expect(faults == [AuditFault(runID: run, sequence: row.sequence + 1, problem: .changed)])
            }
        }
    }

    @Test("An inserted row breaks the chain at the next row; one after the end row is named itself")
    func inserted() async throws {
        let fixture = try await AuditFixture()
        let run = try await fixture.write(.complete, rows: 6)
        try await fixture.tamper { store in
            let rows = try store.rows(of: run)
            // Shifted by 1000 and back, because SQLite checks uniqueness row by row.
            let shift = "UPDATE audit_entry SET seq = seq + $1 WHERE run_id = $2 AND seq > $3"
            for row in rows {
                let faults = try store.faults(
                    after: (shift, [.integer(1000), .text(run), .integer(row.sequence)]),
                    (shift, [.integer(-999), .text(run), .integer(1000)]),
                    (Self.insert, try forged(rows[1], at: row.sequence + 1, after: row.hash)))
                let expected: (Int, AuditFault.Problem) =
                    row.sequence == 6 ? (7, .afterEnd) : (row.sequence + 2, .changed)
                #expect(faults == [AuditFault(runID: run, sequence: expected.0, problem: expected.1)])
            }
        }
    }

    @Test("A row with correct hashes but another actor than its run has is named")
    func foreign() async throws {
        let fixture = try await AuditFixture()
        let command = try await fixture.write(.command, rows: 2)
        try await fixture.tamper { store in
            let ofCommand = try #require(store.rows(of: command).last)
            var stranger = ofCommand
            stranger.fields[3] = "job"
            let faults = try store.faults(after: (Self.insert, try forged(stranger, at: 3, after: ofCommand.hash)))
            #expect(faults == [AuditFault(runID: command, sequence: 3, problem: .foreignActor)])
        }
    }

    private static let runTable:
        [(ending: AuditFixture.Ending, sql: String, sequence: Int, problem: AuditFault.Problem)] = [
            (.complete, "DELETE FROM run WHERE id = $1", 1, .unknownRun),
            (.complete, "UPDATE run SET id = 'x' WHERE id = $1", 1, .unknownRun),
            (.complete, "UPDATE run SET kind = 'command' WHERE id = $1", 1, .foreignActor),
            (.complete, "UPDATE run SET finished_at = NULL, outcome = NULL WHERE id = $1", 4, .unfinished),
            (.killed, "UPDATE run SET finished_at = started_at, outcome = 'complete' WHERE id = $1", 5, .endMissing),
            (.command, "UPDATE run SET kind = 'job' WHERE id = $1", 1, .foreignActor),
            (.emptyCommand, "UPDATE run SET kind = 'job' WHERE id = $1", 1, .endMissing),
        ]

    @Test("A run table that contradicts the log is detected", arguments: runTable)
    func contradicted(_ ending: AuditFixture.Ending, _ sql: String, _ sequence: Int, _ problem: AuditFault.Problem)
        async throws
    {
        let fixture = try await AuditFixture()
        let run = try await fixture.write(ending, rows: 4)
        let faults = try await fixture.tamper { try $0.faults(after: (sql, [.text(run)])) }
        #expect(faults?.contains(AuditFault(runID: run, sequence: sequence, problem: problem)) == true)
    }

    @Test("A rewritten end and the removal of a whole run stay undetected, as documented")
    func unseen() async throws {
        let fixture = try await AuditFixture()
        let run = try await fixture.write(.killed, rows: 4)
        try await fixture.tamper { store in
            let rows = try store.rows(of: run)
            let last = try #require(rows.last)
            let faults = try store.faults(
                after: ("DELETE FROM audit_entry WHERE run_id = $1 AND seq = 4", [.text(run)]),
                (Self.insert, try forged(last, at: 4, after: rows[rows.count - 2].hash)))
            #expect(faults == [])
            let gone = try store.faults(
                after: ("DELETE FROM audit_entry WHERE run_id = $1", [.text(run)]),
                ("DELETE FROM run WHERE id = $1", [.text(run)]))
            #expect(gone == [])
        }
    }
}
