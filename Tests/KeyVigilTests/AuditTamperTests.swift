import Database
import Foundation
import TestSupport
import Testing

@testable import KeyVigil

/// Changes that another program makes to the audit log, and what the verifier detects.
@Suite(.enabled(if: !TestStore.isOnServer)) struct AuditTamperTests {
    private static let texts = AuditEncoding.columns.map(\.name).filter { !integers.contains($0) && $0 != "run_id" }
    private static let integers = ["seq", "http_status"]
    private static let hashes = ["hash"]
    private static let ofRow = "WHERE run_id = $1 AND seq = $2"

    /// Each column with the SQL of the values to which it is changed.
    private static let changes: [(column: String, value: String)] =
        texts.flatMap { column in
            ["coalesce(\(column), '') || 'x'", "CAST(coalesce(\(column), 'x') AS BLOB)", "''", "7"].map { (column, $0) }
        }
        + texts.filter { !["at", "actor", "event"].contains($0) }.map {
            ($0, "CASE WHEN \($0) IS NULL THEN 'x' END")
        }
        + [("seq", "seq + 1000"), ("seq", "seq || 'x'"), ("seq", "seq + 0.5"), ("seq", "-seq")]
        + ["coalesce(http_status, 0) + 1", "coalesce(http_status, 0) || 'x'", "coalesce(http_status, 0) + 0.5"].map {
            ("http_status", $0)
        }
        + [("http_status", "CASE WHEN http_status IS NULL THEN 0 END")]
        + hashes.flatMap { column in
            ["zeroblob(32)", "x''", "CAST(\(column) AS TEXT)", "\(column) || x'00'"].map { (column, $0) }
        }

    @Test("A change of any column of any row is detected, and that row is named")
    func columns() async throws {
        let fixture = try await AuditFixture()
        let count = Campaign.count(ci: 30, long: 1000)
        for number in 0..<(count + 9) / 10 {
            try await fixture.write(number.isMultiple(of: 2) ? .complete : .killed, rows: 10)
        }
        let unseen = try await fixture.tamper { store in
            try store.rows().filter { $0.actor == "job" }.prefix(count).flatMap { row in
                try Self.changes.filter { change in
                    let sql = "UPDATE audit_entry SET \(change.column) = \(change.value) \(Self.ofRow)"
                    let faults = try store.faults(
                        of: row.runID, after: (sql, [.text(row.runID), .integer(row.sequence)]))
                    return !Self.names(row, change.column, faults)
                }.map { "\($0) of row \(row.sequence)" }
            }
        }
        #expect(unseen == [])
    }

    private static func names(_ row: AuditRow, _ column: String, _ faults: [AuditFault]?) -> Bool {
        guard let faults, let fault = faults.first else { return false }
        // A row with a number below 1 is sorted first and named by that number.
        let isNamed = fault.sequence == row.sequence || (column == "seq" && fault.sequence == -row.sequence)
        return faults.count == 1 && fault.runID == row.runID && isNamed
    }

    @Test("A change of any bit of a row is detected or refused by the engine")
    func bits() async throws {
        let fixture = try await AuditFixture()
        let count = Campaign.count(ci: 2, long: 20)
        try await fixture.write(.complete, rows: count + 1)
        let unseen = try await fixture.tamper { store in
            try store.rows().filter { $0.event == "key.probed" || $0.event == "run.started" }.suffix(count)
                .flatMap { row in
                    try Self.flips(of: row).filter { flip in
                        let sql =
                            "UPDATE audit_entry SET \(flip.column) = \(flip.expression) WHERE run_id = $2 AND seq = $3"
                        let values: [SQLValue] = [flip.value, .text(row.runID), .integer(row.sequence)]
                        return try store.faults(after: (sql, values)) == []
                    }.map { "\($0.column) of row \(row.sequence)" }
                }
        }
        #expect(unseen == [])
    }

    private struct Flip {
        let column: String
        let expression: String
        let value: SQLValue
    }

    private static func flips(of row: AuditRow) -> [Flip] {
        let texts = zip(AuditEncoding.columns.map(\.name), row.fields).filter { !integers.contains($0.0) }.flatMap {
            column, text in
            flipped(Array((text ?? "").utf8)).map {
                Flip(column: column, expression: "CAST($1 AS TEXT)", value: .blob($0))
            }
        }
        let hashes = zip(hashes, [row.hash]).flatMap { column, bytes in
            flipped(bytes).map { Flip(column: column, expression: "$1", value: .blob($0)) }
        }
        let numbers = zip(integers, [row.sequence, Int(row.fields[10] ?? "") ?? 0]).flatMap { column, number in
            (0..<63).map { Flip(column: column, expression: "$1", value: .integer(number ^ (1 << $0))) }
        }
        return texts + hashes + numbers
    }

    private static func flipped(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.flatMap { index in
            (0..<8).map { bit in
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                return changed
            }
        }
    }

    @Test(
        "Removed rows are detected and the first is named, except the last rows of a run without an end row",
        arguments: AuditFixture.Ending.allCases)
    func removed(ending: AuditFixture.Ending) async throws {
        let fixture = try await AuditFixture()
        let run = try await fixture.write(ending, rows: 7)
        let mustEnd: [AuditFixture.Ending] = [.complete, .partial, .dryRun]
        try await fixture.tamper { store in
            let count = try store.rows(of: run).count
            for first in 1..<(count + 1) {
                for last in first...count {
                    let sql = "DELETE FROM audit_entry WHERE run_id = $1 AND seq BETWEEN $2 AND $3"
                    let values: [SQLValue] = [.text(run), .integer(first), .integer(last)]
                    let faults = try #require(try store.faults(after: (sql, values)))
                    let isAllOfJob = first == 1 && last == count && ending != .command
                    let isSeen = last < count || mustEnd.contains(ending) || isAllOfJob
                    let problem: AuditFault.Problem = last < count ? .missing(through: last) : .endMissing
                    #expect(
                        faults == (isSeen ? [AuditFault(runID: run, sequence: first, problem: problem)] : []),
                        "\(first) to \(last)")
                }
            }
        }
    }

    @Test("Rows that are swapped, copied or moved to another run are detected")
    func moved() async throws {
        let fixture = try await AuditFixture()
        let run = try await fixture.write(.killed, rows: 6)
        let other = try await fixture.write(.killed, rows: 4)
        let renumber = "UPDATE audit_entry SET seq = $1 WHERE run_id = $2 AND seq = $3"
        let copied = AuditEncoding.columns.map(\.name).dropFirst(2).joined(separator: ", ") + ", hash"
        let copy = """
            INSERT INTO audit_entry (run_id, seq, \(copied))
            SELECT $1, $2, \(copied) FROM audit_entry WHERE run_id = $3 AND seq = $4
            """
        try await fixture.tamper { store in
            for first in 1...6 {
                for second in first..<7 where second > first {
                    let faults = try store.faults(
                        after: (renumber, [.integer(99), .text(run), .integer(first)]),
                        (renumber, [.integer(first), .text(run), .integer(second)]),
                        (renumber, [.integer(second), .text(run), .integer(99)]))
                    #expect(faults == [AuditFault(runID: run, sequence: first, problem: .changed)])
                }
                for (target, place) in [(run, 7), (other, 5)] {
                    let faults = try store.faults(
                        after: (copy, [.text(target), .integer(place), .text(run), .integer(first)]))
                    #expect(faults == [AuditFault(runID: target, sequence: place, problem: .changed)])
                }
                let move = "UPDATE audit_entry SET run_id = $1, seq = 5 WHERE run_id = $2 AND seq = $3"
                let faults = try #require(
                    try store.faults(after: (move, [.text(other), .text(run), .integer(first)])))
                #expect(faults.contains(AuditFault(runID: other, sequence: 5, problem: .changed)))
                #expect(faults.count == (first < 6 ? 2 : 1))
            }
        }
    }
}
