import Foundation
import TestSupport

@testable import Database
@testable import KeyVigil

/// A store with runs of known shape; `tamper` changes its audit rows and rolls the changes back.
struct AuditFixture: Sendable {
    /// How a run ended, and whether it has an end row.
    enum Ending: CaseIterable {
        case complete, partial, dryRun, killed, failed, failedAfterEnd, command, emptyCommand
    }

    let clock = MovingClock()
    let keys: KeysFixture

    init() async throws { keys = try await KeysFixture() }

    /// Writes a run as the program does and returns its id. `rows` counts all of its rows.
    @discardableResult
    func write(_ ending: Ending, rows: Int) async throws -> String {
        let isCommand = ending == .command || ending == .emptyCommand
        let run = RunRecord(
            kind: isCommand ? .command : .job, runner: .current, program: "test", startedAt: clock.now)
        clock.advance(hours: 7)
        let end = clock.now
        return try await keys.store.transaction(of: try AuditedRun(run)) { transaction in
            try RunTable.insert(run, in: transaction)
            for number in 0..<ending.rowsBeforeEnd(of: rows) {
                try transaction.append(Self.entry(number, at: run.startedAt, isFirst: number == 0))
            }
            if ending.hasEndRow { try transaction.append(AuditEntry(.runFinished, at: end)) }
            if let outcome = ending.outcome { try RunTable.finish(run.id, outcome: outcome, at: end, in: transaction) }
            return run.id
        }
    }

    /// The run's first entry, or one with a value in every column.
    private static func entry(_ number: Int, at date: Date, isFirst: Bool) -> AuditEntry {
        guard !isFirst else { return AuditEntry(.runStarted, at: date) }
        var entry = AuditEntry(
            KeyEnabled(undoneRun: "row \(number): \u{FFFD}é"), at: date + Double(number) / 8,
            keyID: UUID().uuidString.lowercased(), tenantID: "acme", provider: "openai", keyPrefix: "sk-proj-")
        entry.finding = .invalid
        entry.httpStatus = 401
        entry.providerCode = "invalid_api_key"
        entry.requestID = "req_\(number)"
        return entry
    }

    /// Calls `body` with a connection on which audit rows can be changed, and rolls back all changes.
    func tamper<Value: Sendable>(_ body: @Sendable (Tampering) throws -> Value) async throws -> Value {
        do {
            return try await keys.store.database.transaction { connection -> Value in
                try connection.script(
                    """
                    DROP TRIGGER audit_entry_no_update; DROP TRIGGER audit_entry_no_delete;
                    DROP TRIGGER audit_entry_no_replace; PRAGMA defer_foreign_keys = ON;
                    """)
                throw RolledBack(value: try body(Tampering(connection: connection)))
            }
        } catch let done as RolledBack<Value> {
            return done.value
        }
    }
}

/// Rolls back a transaction and returns a value from it.
private struct RolledBack<Value: Sendable>: Error {
    let value: Value
}

extension AuditFixture.Ending {
    var hasEndRow: Bool { [.complete, .partial, .dryRun, .failedAfterEnd].contains(self) }

    func rowsBeforeEnd(of rows: Int) -> Int {
        switch self {
        case .dryRun, .emptyCommand: 0
        case .complete, .partial, .failedAfterEnd: rows - 1
        case .killed, .failed, .command: rows
        }
    }

    var outcome: RunRecord.Outcome? {
        switch self {
        case .complete, .dryRun, .command, .emptyCommand: .complete
        case .partial: .partial
        case .failed, .failedAfterEnd: .failed
        case .killed: nil
        }
    }
}

/// A store without the audit triggers, inside a transaction that is rolled back.
struct Tampering {
    let connection: Connection

    /// Executes the statements in order, verifies the log, and undoes them. Nil if a constraint refused one.
    func faults(
        of runID: String? = nil, after statements: (sql: String, values: [SQLValue])...
    ) throws -> [AuditFault]? {
        try connection.execute("SAVEPOINT tampering")
        defer { _ = try? connection.execute("ROLLBACK TO tampering") }
        do {
            for statement in statements { try connection.execute(statement.sql, statement.values) }
        } catch let error as DatabaseError where error.kind == .constraint {
            return nil
        }
        return try AuditVerification.ofLog(runID: runID, in: connection).faults
    }

    func rows(of runID: String? = nil) throws -> [AuditRow] {
        try connection.query(
            """
            SELECT \(AuditRow.columns) FROM audit_entry a \(runID == nil ? "" : "WHERE a.run_id = $1")
            ORDER BY a.run_id, a.seq
            """, runID.map { [.text($0)] } ?? [], AuditRow.init)
    }
}
