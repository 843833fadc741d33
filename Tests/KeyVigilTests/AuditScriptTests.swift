import Database
import Foundation
import TestSupport
import Testing

@testable import KeyVigil

/// The verifier accepts exactly the logs that a writer could have left, over random edits.
@Suite(.enabled(if: !TestStore.isOnServer)) struct AuditScriptTests {
    @Test("A randomly edited log verifies exactly if a writer could have left it so")
    func scripts() async throws {
        let log = try await AuditLog(AuditFixture())
        var holding = 0
        for seed in 0..<Campaign.count(ci: 3000, long: 100_000) {
            var script = AuditScript(log, seed: UInt64(seed))
            try script.edit()
            let holds = try script.verify()
            let isPossible = try script.isPossible()
            #expect(holds == isPossible, "seed \(seed)")
            holding += holds ? 1 : 0
        }
        #expect(holding > 100, "some scripts leave a log that a killed run may have left")
    }
}

/// The audit rows and runs as the writers left them.
struct AuditLog {
    let rows: [AuditRow]
    let runs: [String: RecordedRun]

    init(_ fixture: AuditFixture) async throws {
        for (number, ending) in AuditFixture.Ending.allCases.enumerated() {
            try await fixture.write(ending, rows: 3 + number % 3)
        }
        (rows, runs) = try await fixture.keys.store.database.read { connection in
            let rows = try connection.query(
                "SELECT \(AuditRow.columns) FROM audit_entry a ORDER BY a.run_id, a.seq", [], AuditRow.init)
            let runs = try connection.query("SELECT \(RecordedRun.columns) FROM run r") { row in
                (row.text(0), try #require(RecordedRun(row: row, from: 0)))
            }
            return (rows, Dictionary(uniqueKeysWithValues: runs))
        }
    }
}

/// A log that a forger edits at random.
struct AuditScript {
    private let log: AuditLog
    private var rows: [AuditRow]
    /// Rows to which the forger gave correct hashes.
    private var forged: [AuditRow] = []
    private var random: Dice

    init(_ log: AuditLog, seed: UInt64) {
        self.log = log
        rows = log.rows
        random = Dice(state: seed)
    }

    /// Makes up to four random edits.
    mutating func edit() throws {
        for _ in 0..<Int.random(in: 0...4, using: &random) where !rows.isEmpty {
            let index = anyIndex()
            let other = anyIndex()
            switch Int.random(in: 0..<9, using: &random) {
            case 0: rows.remove(at: index)
            case 1: rows.removeSubrange(index..<min(rows.count, index + 3))
            case 2: removeTail(of: rows[index].runID)
            case 3: rows[index].fields[Int.random(in: 2..<14, using: &random)] = Bool.random(using: &random) ? "x" : nil
            case 4: rows[index].hash[Int.random(in: 0..<32, using: &random)] ^= 1
            case 5: place(index, rows[index].runID, rows[other].sequence)
            case 6: exchange(index, other)
            case 7: place(index, rows[other].runID, rows[other].sequence + 1)
            default: try forge(rows[index], after: Bool.random(using: &random))
            }
        }
    }

    private mutating func anyIndex() -> Int { Int.random(in: 0..<rows.count, using: &random) }

    private mutating func removeTail(of runID: String) {
        let first = Int.random(in: 1...5, using: &random)
        rows.removeAll { $0.runID == runID && $0.sequence >= first }
    }

    private mutating func place(_ index: Int, _ runID: String, _ sequence: Int) {
        rows[index].fields[0] = runID
        rows[index].fields[1] = String(sequence)
        rows[index].sequence = sequence
    }

    private mutating func exchange(_ index: Int, _ other: Int) {
        let first = rows[index]
        let second = rows[other]
        place(index, second.runID, second.sequence)
        place(other, first.runID, first.sequence)
    }

    /// Forges a copy of the row with other details and a correct hash: in its place, or right after it.
    private mutating func forge(_ row: AuditRow, after: Bool) throws {
        var new = row
        new.fields[13] = "forged"
        var previous = try hash(before: row)
        if after {
            new.sequence += 1
            new.fields[1] = String(new.sequence)
            previous = row.hash
        } else {
            rows.removeAll { $0 == row }
        }
        new.hash = try AuditEncoding.hash(new.fields, after: previous)
        rows.append(new)
        forged.append(new)
    }

    /// The hash of the row before this one, or the one that the run's chain starts from.
    private func hash(before row: AuditRow) throws -> [UInt8] {
        let before = rows.filter { $0.runID == row.runID && $0.sequence < row.sequence }
        return try before.max { $0.sequence < $1.sequence }?.hash ?? AuditEncoding.start(of: row.runID)
    }

    /// Whether the verifier finds no fault in the log, read in the order of the store.
    func verify() throws -> Bool {
        var verifier = AuditVerifier()
        let sorted = rows.sorted { ($0.runID, $0.sequence) < ($1.runID, $1.sequence) }
        for row in sorted { try verifier.verify(row, of: log.runs[row.runID]) }
        verifier.finish()
        let seen = Set(rows.map(\.runID))
        for (id, run) in log.runs where run.kind == .job && !seen.contains(id) { verifier.reportEmptyJob(id) }
        return verifier.verification.faults.isEmpty
    }

    /// Whether every run is unchanged, or cut where a run without an end row may have stopped, or has another end with
    /// correct hashes, which a chain alone cannot show.
    func isPossible() throws -> Bool {
        try log.runs.keys.allSatisfy { id in
            let after = rows.filter { $0.runID == id }.sorted { $0.sequence < $1.sequence }
            return try isPossible(id, after, log.rows.filter { $0.runID == id })
        } && rows.allSatisfy { log.runs[$0.runID] != nil }
    }

    private func isPossible(_ id: String, _ after: [AuditRow], _ before: [AuditRow]) throws -> Bool {
        guard let run = log.runs[id] else { return false }
        guard let last = after.last else { return run.kind == .command }
        let end = AuditEvent.runFinished.rawValue
        let kept = zip(after, before).prefix { $0 == $1 }.count
        var previous = try kept > 0 ? after[kept - 1].hash : AuditEncoding.start(of: id)
        for (index, row) in after.enumerated().dropFirst(kept) {
            guard forged.contains(row), try row.continues(previous), row.sequence == index + 1,
                row.actor == run.actor.rawValue
            else { return false }
            previous = row.hash
        }
        guard !after.dropLast().contains(where: { $0.event == end }) else { return false }
        return last.event == end ? run.isFinished : !run.mustHaveEnd
    }
}

/// Random numbers that depend on the seed alone (SplitMix64).
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
