import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

@Suite struct GuardTests {
    /// A specific refusal, a day old, with every condition for disabling met; `edit` changes them.
    private func decide(
        refusals: Int = 2, age: TimeInterval = Timing.day, countedFor: TimeInterval? = nil,
        _ edit: (inout DisablingGuard.Input) -> Void = { _ in }
    ) -> DisablingGuard.Decision {
        let now = Judging.start
        let suspicion = Suspicion(
            since: now - age, finding: .invalid, httpStatus: 401, code: nil, deadCount: refusals,
            countedFrom: countedFor.map { now - $0 })
        var facts = DisablingGuard.Input(suspicion, .specific)
        edit(&facts)
        return DisablingGuard.decide(facts, now: now)
    }

    @Test("A key is disabled when the control passed, others are valid, the breaker is closed and the cap has room")
    func goes() { #expect(decide() == .disable) }

    @Test("Each unmet condition alone holds the key")
    func holds() {
        #expect(decide { $0.control = .failed } == .hold(.uncontrolled))
        #expect(decide { $0.control = .unanswered } == .hold(.uncontrolled))
        #expect(decide { $0.isOutdated = true } == .hold(.outdated))
        #expect(decide { $0.isBreakerOpen = true } == .hold(.breakerOpen))
        #expect(decide { $0.closedAt = Judging.start - 3600 } == .hold(.restarted))
        #expect(decide { $0.evidence = .failed } == .hold(.evidenceFailed))
        #expect(decide { $0.evidence = .none } == .hold(.noEvidence))
        #expect(decide { $0.isBacklogFull = true } == .hold(.backlog))
        #expect(decide { $0.disabledInDay = 3 } == .hold(.capped))
    }

    @Test("A release overrules breaker and evidence, never control, backlog or cap")
    func released() {
        for edit: (inout DisablingGuard.Input) -> Void in [
            { $0.isOutdated = true }, { $0.isBreakerOpen = true }, { $0.closedAt = Judging.start - 3600 },
            { $0.evidence = .failed },
            { $0.evidence = .none },
        ] {
            #expect(
                decide {
                    edit(&$0); $0.isReleased = true
                } == .disable)
        }
        #expect(
            decide {
                $0.isReleased = true; $0.control = .failed
            } == .hold(.uncontrolled))
        #expect(
            decide {
                $0.isReleased = true; $0.isBacklogFull = true
            } == .hold(.backlog))
        #expect(
            decide {
                $0.isReleased = true; $0.disabledInDay = 3
            } == .hold(.capped))
    }

    @Test(
        "Without evidence a key is disabled at a third refusal, 72 hours after the first, at most an hour early",
        arguments: [
            (2, 80.0, false), (3, 70.9, false), (3, 71, true), (4, 71, true), (4, 60, false),
        ])
    func third(refusals: Int, hours: Double, goes: Bool) {
        let decision = decide(refusals: refusals, age: hours * 3600) { $0.evidence = .none }
        #expect(decision == (goes ? .disable : .hold(.noEvidence)))
    }

    @Test("A suspicion from before a breaker closed is counted from the closing")
    func closing() {
        #expect(decide { $0.closedAt = $0.suspicion.countedFrom } == .disable)
        #expect(decide { $0.closedAt = $0.suspicion.countedFrom + 1 } == .hold(.restarted))
    }

    @Test(
        "A key held by a breaker is disabled at a third refusal, 72 hours after it closed, at most an hour early",
        arguments: [(2, 80.0, false), (3, 70.9, false), (3, 71, true), (3, 48, false), (4, 71, true)])
    func held(refusals: Int, hours: Double, goes: Bool) {
        func decision(_ edit: (inout DisablingGuard.Input) -> Void = { _ in }) -> DisablingGuard.Decision {
            decide(refusals: refusals, age: 10 * Timing.day, countedFor: hours * 3600) {
                $0.closedAt = $0.suspicion.countedFrom
                edit(&$0)
            }
        }
        #expect(decision() == (goes ? .disable : .hold(.restarted)))
        #expect(decision { $0.isReleased = true } == .disable)
    }

    @Test(
        "The cap is exact: the last key below it is disabled, the next is not",
        arguments: [(0, 3, true), (2, 3, true), (3, 3, false), (199, 200, true)])
    func cap(disabled: Int, cap: Int, goes: Bool) {
        let decision = decide { ($0.disabledInDay, $0.cap) = (disabled, cap) }
        #expect(decision == (goes ? .disable : .hold(.capped)))
    }
}
