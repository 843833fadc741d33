import Database
import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Testing
import Vocabulary

@testable import Revalidation

/// The timeline of a key: which rows it shows, folded and in order.
extension ExplanationTests {
    private func words(_ facts: Explanation.Facts) -> [String] { Explanation(facts).timeline.map(\.what.text) }

    @Test("Equal quiet checks are one entry with first, last and count; refusals stay apart")
    func folding() throws {
        let valid = (0..<12).map { row(.keyProbed, days: Double($0) - 20, .valid, request: "r\($0)") }
        let unknown = (0..<2).map { row(.keyProbed, days: Double($0) - 7, .providerError) }
        let dead = (0..<2).map { row(.keyProbed, days: Double($0) - 3, .invalid, request: "req_\($0)") }
        let timeline = Explanation(try facts { $0.rows = valid + unknown + dead }).timeline
        #expect(
            timeline.map(\.what.text) == ["12 checks: valid", "2 checks: providerError"]
                + dead.map { _ in "checked: invalid" })
        #expect(timeline[0].at == valid[0].at)
        #expect(timeline[0].until == valid[11].at)
        #expect(timeline[0].count == 12)
        #expect(timeline[0].because.text == "HTTP 200")
        #expect(timeline.suffix(2).map(\.because.text) == ["HTTP 401, request req_0", "HTTP 401, request req_1"])
    }

    @Test("The timeline keeps passed controls only where a refusal was judged by them, and all failed ones")
    func controls() throws {
        func control(_ days: Double, _ outcome: ControlOutcome, isCanary: Bool = false) throws -> AuditLine {
            let finding: Finding = outcome == .passed ? .invalid : .providerError
            return isCanary
                ? try row(CanaryAsked(outcome: outcome, keyType: "standard", host: nil), days: days, finding)
                : try row(
                    NegativeControlAsked(outcome: outcome, host: nil, isOnTenantsHost: false), days: days, finding)
        }
        let controls = [
            try control(-10.1, .passed), try control(-9.1, .passed), try control(-8, .unanswered),
            try control(-7.9, .unanswered), try control(-5.2, .passed), try control(-5.1, .passed),
            try control(-5.1, .passed, isCanary: true), try control(-4, .passed), try control(-1, .failed),
        ]
        let facts = try facts {
            $0.rows = [
                row(.keyProbed, days: -10, .valid), row(.keyProbed, days: -9, .valid),
                row(.keyProbed, days: -5, .invalid),
            ]
            $0.providerRows = controls
        }
        #expect(
            words(facts) == [
                "2 checks: valid", "2 controls unanswered", "control passed", "control passed", "checked: invalid",
                "control failed",
            ])
        let because = Explanation(facts).timeline.map(\.because.text)
        #expect(
            because[3].hasPrefix("operator's canary: invalid") || because[2].hasPrefix("operator's canary: invalid"))
        #expect(because.last == "made-up key: providerError, HTTP 401")
        let silent = try row(
            NegativeControlAsked(outcome: .unanswered, host: nil, isOnTenantsHost: false), days: -1, .unreachable)
        #expect(silent.because(isFolded: false).text == "made-up key: unreachable")
    }

    @Test("A row of a key that is given up has our words, or, with details that nobody knows, those as they stand")
    func givenUp() {
        let words = "disabled for 90 days; not asked any more"
        #expect(row(.recoveryEnded, days: -1).sentence?.text == words)
        #expect(row(.recoveryEnded, days: -1, details: "of a later version").sentence?.text == "of a later version")
    }

    @Test("Breakers and mails stand in the order in which they happened")
    func merged() throws {
        let mail = ToldMail(
            address: "it@acme.example", kinds: "key_disabled", state: .sent, attempts: 2,
            createdAt: Self.now - 1.4 * Timing.day, sentAt: Self.now - 0.9 * Timing.day, nextAttemptAt: nil,
            reply: "250 kept", messageID: "<a@b>")
        let facts = try facts {
            $0.rows = [row(.keySuspected, days: -3, .invalid), row(.keyDisabled, days: -1.5, .invalid)]
            $0.providerRows = [
                row(.breakerOpened, days: -2.5), row(.breakerClosed, days: -2),
                row(.breakerReleased, days: -0.5),
            ]
            $0.mails = [mail]
        }
        #expect(
            words(facts) == [
                "suspected", "breaker opened", "breaker closed", "disabled by job", "mail sent", "breaker released",
            ])
        #expect(
            Explanation(facts).timeline.map(\.because.text).contains(
                "key_disabled to it@acme.example; 2 attempts; 250 kept")
        )
    }
}
