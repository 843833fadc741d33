import Database
import Foundation
import Secrets
import TestSupport
import Testing
import Vocabulary

@testable import KeyVigil

@Suite(.enabled(if: !TestStore.isOnServer)) struct AuditVerifierTests {
    @Test("A thousand correct runs of every kind give no fault, and all are counted")
    func clean() async throws {
        let fixture = try await AuditFixture()
        for number in 0..<1000 {
            let endings = AuditFixture.Ending.allCases
            try await fixture.write(endings[number % endings.count], rows: 1 + number % 5)
        }
        let (found, rows) = try await fixture.keys.store.database.read { connection in
            (
                try AuditVerification.ofLog(in: connection),
                try connection.first("SELECT count(*) FROM audit_entry") { $0.integer(0) }
            )
        }
        #expect(found.faults == [])
        // Commands without rows have no chain; one more command added the fixture's tenant.
        #expect(found.runs == 1000 - 125 + 1 && found.rows == rows)
    }

    @Test("One run can be verified alone; an unknown id is refused")
    func oneRun() async throws {
        let fixture = try await AuditFixture()
        let run = try await fixture.write(.complete, rows: 3)
        let empty = try await fixture.write(.emptyCommand, rows: 0)
        try await fixture.write(.complete, rows: 3)
        let database = fixture.keys.store.database
        let found = try await database.read { try AuditVerification.ofLog(runID: run, in: $0) }
        #expect(found.runs == 1)
        #expect(found.rows == 3)
        #expect(found.faults == [])
        #expect(try await database.read { try AuditVerification.ofLog(runID: empty, in: $0) }.runs == 0)
        await #expect(throws: InvalidInput.self) {
            try await database.read { try AuditVerification.ofLog(runID: "nobody's", in: $0) }
        }
    }

    @Test("A time with more digits than the writer's milliseconds is a change")
    func microseconds() throws {
        let written = try #require(UTCText.date("2026-11-21T10:15:00.123Z"))
        #expect(AuditRow.text(written) == "2026-11-21T10:15:00.123Z")
        #expect(AuditRow.text(written + 0.000_001) == nil && AuditRow.text(written - 0.000_4) == nil)
    }

    @Test(
        "Every problem has a description of one line",
        arguments: [
            AuditFault.Problem.changed, .missing(through: 1), .missing(through: 99_999), .misnumbered,
            .endMissing, .afterEnd, .unfinished, .unknownRun, .foreignActor,
        ])
    func words(problem: AuditFault.Problem) {
        for sequence in [1, 99_998] {
            let sentence = AuditFault(runID: "", sequence: sequence, problem: problem).sentence
            #expect(!sentence.isEmpty && sentence.count <= 80, "\(sentence)")
        }
    }
}
