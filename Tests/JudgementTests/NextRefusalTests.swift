import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

/// Which refusal is the first that can disable a key that the guard held in doubt.
struct NextRefusalTests {
    private func next(
        _ reason: DisablingGuard.Reason, count: Int = 2, heldAfterDays days: Double = 1, closedAfterDays: Double? = nil,
        gap: TimeInterval = Timing.day
    ) -> NextRefusal? {
        let suspicion = Suspicion(
            since: Judging.start, finding: .invalid, httpStatus: 401, code: nil, deadCount: count)
        return NextRefusal(
            after: suspicion, heldFor: reason, closedAt: closedAfterDays.map { Judging.start + $0 * Timing.day },
            answer: Judging.observation(.invalid), timing: Timing(gap: gap), now: Judging.start + days * Timing.day)
    }

    @Test("Without evidence a key that is probed daily goes at its fourth refusal, three days after the first")
    func daily() {
        #expect(next(.noEvidence)?.number == 4)
        #expect(next(.noEvidence)?.isSinceClosing == false)
        #expect(next(.noEvidence)?.at == Judging.start + 3 * Timing.day)
        #expect(next(.noEvidence, count: 3, heldAfterDays: 2)?.number == 4)
    }

    @Test("Where refusals come late, the third is late enough")
    func weekly() { #expect(next(.noEvidence, heldAfterDays: 7)?.number == 3) }

    @Test("Where refusals count only every two days, one in between does not count")
    func wideGap() {
        let found = next(.noEvidence, heldAfterDays: 2, gap: 2 * Timing.day)
        #expect(found?.number == 3)
        #expect(found?.at == Judging.start + 4 * Timing.day)
    }

    @Test("After a breaker has closed, only the refusals since then are numbered")
    func restarted() {
        let found = next(.restarted, heldAfterDays: 2, closedAfterDays: 1.5)
        #expect(found?.number == 3)
        #expect(found?.isSinceClosing == true)
        #expect(found?.at == Judging.start + 5 * Timing.day)
    }

    @Test("A reason that refusals do not end has no such refusal", arguments: DisablingGuard.Reason.allCases)
    func others(reason: DisablingGuard.Reason) {
        #expect((next(reason) == nil) == (reason != .noEvidence && reason != .restarted))
    }
}
