import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

struct EvidenceTests {
    static let answers: [(findings: [Finding], evidence: Evidence)] = [
        ([], .none), ([.valid], .passed), ([.valid, .valid, .invalid], .passed), ([.valid, .invalid], .none),
        ([.invalid], .failed), ([.invalid, .revoked], .failed), ([.valid, .invalid, .expired], .failed),
        ([.restricted], .none), ([.valid, .restricted], .none), ([.valid, .valid, .exhausted], .passed),
        ([.restricted, .invalid, .exhausted], .none), ([.valid, .invalid, .restricted], .none),
        ([.invalid, .invalid, .valid, .valid, .valid, .valid], .passed),
        ([.invalid, .invalid, .invalid, .valid, .valid, .valid], .none),
    ]

    @Test(
        "More than half valid answers speak for the provider, more than half dead ones against it", arguments: answers)
    func others(findings: [Finding], evidence: Evidence) {
        #expect(Evidence(canary: nil, answers: findings) == evidence)
        #expect(Evidence(canary: .unknown, answers: findings) == evidence)
    }

    @Test("The operator's canary overrules other keys")
    func canary() {
        #expect(Evidence(canary: .alive, answers: [.invalid, .invalid]) == .passed)
        #expect(Evidence(canary: .dead, answers: [.valid, .valid]) == .failed)
    }

    @Test("Few keys are probed for evidence, and few answers are weighed")
    func few() { #expect(Evidence.earlyProbeTarget == 3 && Evidence.maximumAnswers == 6) }

    @Test("Other keys are probed early until three have answered, unless the known answers already speak for it")
    func wanted() {
        for (answers, wanted) in [
            ([], 3), ([.valid], 0), ([.invalid], 2), ([.valid, .invalid], 1), ([.restricted], 2),
            ([.invalid, .invalid, .valid], 0), ([.invalid, .invalid, .invalid, .valid], 0),
        ] as [([Finding], Int)] {
            #expect(Evidence.wanted(beside: answers) == wanted)
        }
    }

    // MARK: - Controls

    @Test("The made-up key must be found dead; an unknown finding leaves the control unanswered")
    func madeUp() {
        for finding in Finding.allCases {
            let expected: ControlOutcome =
                switch finding {
                case .invalid, .revoked, .expired, .suspended: .passed
                case .unreachable, .rateLimited, .providerError, .egressBlocked: .unanswered
                default: .failed
                }
            #expect(ControlOutcome(madeUpKeyAnswered: finding) == expected, "\(finding)")
        }
    }

    @Test("The canary must be found alive", arguments: Finding.allCases)
    func canaryAnswered(finding: Finding) {
        let outcome = ControlOutcome(canaryAnswered: finding)
        switch finding.verdict {
        case .alive: #expect(outcome == .passed)
        case .dead: #expect(outcome == .failed)
        case .unknown: #expect(outcome == .unanswered)
        }
    }

    @Test("Controls are shared for six hours, evidence for one hour; three alive keys outvote a canary")
    func times() {
        #expect(ControlOutcome.freshFor == 21_600 && ControlOutcome.evidenceFreshFor == 3600)
        #expect(ControlOutcome.aliveKeysAgainstCanary == 3)
    }

    typealias ProbeResult = (control: ControlOutcome, finding: Finding, isRecovery: Bool, stands: Bool)
    static let result: [ProbeResult] = [
        (.passed, .valid, false, true), (.passed, .invalid, false, true), (.passed, .valid, true, true),
        (.failed, .valid, false, false), (.failed, .invalid, false, false), (.failed, .valid, true, false),
        (.unanswered, .valid, false, true), (.unanswered, .valid, true, false), (.unanswered, .invalid, false, false),
        (.unanswered, .invalid, true, false), (.failed, .rateLimited, false, true),
        (.unanswered, .unreachable, true, true),
    ]

    @Test(
        "A failed control makes every answer unknown; without a control no key is disabled or recovered",
        arguments: result)
    func controlled(row: ProbeResult) {
        let answer = Judging.observation(row.finding)
        let result = answer.judged(by: row.control, isRecovery: row.isRecovery)
        #expect(result.finding == (row.stands ? row.finding : .providerError))
        #expect((result.classification == answer.classification) == row.stands)
        #expect((result.note == nil) == row.stands)
        if !row.stands { #expect(result.verdict == .unknown && result.classification.strength == .never) }
        if row.control == .failed, !row.stands { #expect(result.note == .madeUpKeyAccepted(answered: row.finding)) }
        if row.control == .unanswered, !row.stands {
            #expect(result.note == .madeUpKeyUnanswered(answered: row.finding))
        }
    }

    typealias Spoken = (outcome: ControlOutcome?, alive: Int, answers: [Finding], word: CanaryVote?, verdict: Verdict?)
    static let spoken: [Spoken] = [
        (nil, 9, [.valid], nil, nil), (.unanswered, 9, [.valid], nil, nil), (.passed, 0, [], .alive, .alive),
        (.passed, 9, [.invalid], .alive, .alive), (.failed, 0, [], .refused, .dead), (.failed, 2, [], .refused, .dead),
        (.failed, 3, [], .outvoted, nil), (.failed, 0, [.valid, .invalid], .refused, .dead),
        (.failed, 0, [.valid, .valid, .invalid], .outvoted, nil),
        (.failed, 0, [.valid, .invalid, .invalid], .refused, .dead), (.failed, 0, [.valid], .outvoted, nil),
        (.failed, 0, [.restricted, .restricted], .refused, .dead),
        (.failed, 0, [.valid, .valid, .invalid, .invalid, .invalid], .refused, .dead),
    ]

    @Test(
        "A refused canary does not count against three valid keys of the day, or a majority of those just probed",
        arguments: spoken)
    func canary(row: Spoken) {
        let word = CanaryVote(row.outcome, aliveInDay: row.alive, beside: row.answers)
        #expect(word == row.word && word?.verdict == row.verdict)
    }
}
