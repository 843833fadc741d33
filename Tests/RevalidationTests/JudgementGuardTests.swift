import KeyVigil
import Testing

@testable import Revalidation

struct JudgementGuardTests {
    typealias Row = (valid: Int, disabled: Int, isFull: Bool, decision: DisablingGuard.Decision)

    static let table: [Row] = [
        (1, 0, false, .disable), (9, 2, false, .disable), (9, 3, false, .hold(.capped)),
        (9, 400, false, .hold(.capped)), (0, 0, false, .hold(.noPositiveEvidence)),
        (0, 3, false, .hold(.noPositiveEvidence)), (1, 0, true, .hold(.backlog)), (0, 3, true, .hold(.backlog)),
    ]

    @Test("A disabling needs a living key, room under the cap and mails that leave", arguments: table)
    func decisions(row: Row) {
        let evidence = DisablingGuard.Evidence(validKeys: row.valid, disabledInDay: row.disabled)
        #expect(DisablingGuard.decide(evidence, mailBacklogIsFull: row.isFull) == row.decision)
    }
}
