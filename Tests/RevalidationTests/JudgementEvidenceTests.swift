import Foundation
import Judgement
import KeyVigil
import Testing
import Vocabulary

@testable import Revalidation

struct JudgementEvidenceTests {
    static let answers: [(findings: [Finding], evidence: Evidence)] = [
        ([], .none), ([.valid], .passed), ([.valid, .valid, .invalid], .passed), ([.valid, .invalid], .none),
        ([.invalid], .failed), ([.invalid, .revoked], .failed), ([.valid, .invalid, .expired], .failed),
        ([.restricted], .none), ([.valid, .restricted], .none), ([.valid, .valid, .exhausted], .passed),
        ([.restricted, .invalid, .exhausted], .none), ([.valid, .invalid, .restricted], .none),
        ([.invalid, .invalid, .valid, .valid, .valid, .valid], .passed),
        ([.invalid, .invalid, .invalid, .valid, .valid, .valid], .none),
    ]

    @Test("More than half valid speak for the provider, more than half dead against it", arguments: answers)
    func others(findings: [Finding], evidence: Evidence) {
        #expect(Evidence(canary: nil, answers: findings) == evidence)
        #expect(Evidence(canary: .unknown, answers: findings) == evidence)
    }

    @Test("The operator's canary stands above other keys")
    func canary() {
        #expect(Evidence(canary: .alive, answers: [.invalid, .invalid]) == .passed)
        #expect(Evidence(canary: .dead, answers: [.valid, .valid]) == .failed)
    }

    @Test("A few keys are asked, and no more weighed than a few answers more")
    func few() { #expect(Evidence.sample == 3 && Evidence.most == 6) }

    @Test("Others are asked early until three have answered, unless those that did speak for the provider")
    func wanted() {
        for (answers, wanted) in [
            ([], 3), ([.valid], 0), ([.invalid], 2), ([.valid, .invalid], 1), ([.restricted], 2),
            ([.invalid, .invalid, .valid], 0), ([.invalid, .invalid, .invalid, .valid], 0),
        ] as [([Finding], Int)] {
            #expect(Evidence.wanted(beside: answers) == wanted)
        }
    }

    // MARK: - Controls

    @Test("A made-up key must be called dead; only what says nothing about it leaves the question open")
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

    @Test("The canary must be called alive", arguments: Finding.allCases)
    func canaryAnswered(finding: Finding) {
        let outcome = ControlOutcome(canaryAnswered: finding)
        switch finding.verdict {
        case .alive: #expect(outcome == .passed)
        case .dead: #expect(outcome == .failed)
        case .unknown: #expect(outcome == .unanswered)
        }
    }

    @Test("Controls are shared for six hours, as evidence for one; three living keys outweigh a canary")
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

    @Test("Where controls failed nothing is judged; without them no key dies and none comes back", arguments: result)
    func controlled(row: ProbeResult) {
        let answer = Judging.observation(row.finding)
        let result = answer.judged(by: row.control, isRecovery: row.isRecovery)
        #expect(result.finding == (row.stands ? row.finding : .providerError))
        #expect((result.classification == answer.classification) == row.stands)
        #expect((result.transport == nil) == row.stands)
        if !row.stands { #expect(result.verdict == .unknown && result.classification.strength == .never) }
        if row.control == .failed, !row.stands { #expect(result.transport?.hasSuffix("was not refused") == true) }
        if row.control == .unanswered, !row.stands { #expect(result.transport?.hasSuffix("was not answered") == true) }
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
        "A refused canary says nothing beside three keys of the day, or a majority of those just asked",
        arguments: spoken)
    func canary(row: Spoken) {
        let word = CanaryVote(row.outcome, aliveInDay: row.alive, beside: row.answers)
        #expect(word == row.word && word?.verdict == row.verdict)
    }
}
