import Database
import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Testing
import Vocabulary

@testable import Revalidation

/// What comes next for a key, and what that depends on.
extension ExplanationTests {
    @Test("The effect of a further refusal is predicted by the rule of the first one")
    func further() throws {
        func next(_ provider: String, _ edit: (inout Explanation.Facts) -> Void = { _ in }) throws -> String {
            let facts = try facts(provider: provider) {
                _ = $0.key?.health.suspect(by: Judging.observation(.invalid, at: Self.now - 3600))
                edit(&$0)
            }
            return Explanation(facts).next.map(\.text).joined(separator: "\n")
        }
        let exact = try next("openai")
        #expect(exact.contains("counted: 1 of 2; a further one from 2026-03-03 07:00 UTC on may"), "\(exact)")
        let mistral = try next("mistral")
        #expect(mistral.contains("counted: 1 of 3; the 3rd from 2026-04-06 07:00 UTC on may"), "\(mistral)")
        let held = try next("openai") { facts in
            guard var suspicion = facts.key?.health.suspicion else { return }
            suspicion.restart(countingFrom: Self.now)
            _ = facts.key?.health.escalate(to: suspicion)
        }
        #expect(held.contains("since the breaker closed: 0 of 2; the 2nd from 2026-03-05 08:00 UTC on"), "\(held)")
        let many = try next("openai") { facts in
            guard var suspicion = facts.key?.health.suspicion else { return }
            for _ in 1...3 { suspicion.countRefusal() }
            _ = facts.key?.health.escalate(to: suspicion)
        }
        #expect(many.contains("counted: 4, needed 2; a further one from 2026-03-03 07:00 UTC on"), "\(many)")
        #expect(try next("openai") { $0.key?.health.schedule(Self.now - 60) }.contains("It is due since"))
        #expect(try next("openai") { $0.waitingNotices = [.keyExpiring] }.contains("(key_expiring) waits"))
    }

    @Test("The effect of a first refusal follows the provider's rules, and is left out where no run probes the key")
    func first() throws {
        func next(_ provider: String, _ edit: (inout Explanation.Facts) -> Void = { _ in }) throws -> String {
            Explanation(try facts(provider: provider, edit)).next.map(\.text).joined(separator: "\n")
        }
        #expect(try next("openai").contains("it takes another, 24 h later or more, to disable it"))
        #expect(try next("mistral").contains("it takes 2 more, over 35 days or more, to disable it"))
        #expect(try next("fireworks").contains("A refusal would be reported"))
        for edit in [{ $0.isUnpaid = true }, { $0.isProviderOn = false }] as [Edit] {
            let next = try next("openai", edit)
            #expect(next.hasPrefix("No run asks about it: ") && !next.contains("refusal"), "\(next)")
        }
    }
}
