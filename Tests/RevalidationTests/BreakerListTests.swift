import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Testing
import Vocabulary

@testable import Revalidation

struct BreakerListTests {
    private static let now = Judging.start

    private func hour(_ ago: Int, alive: Int, dead: Int, isBreakerOpen: Bool = false) -> HourCount {
        var count = HourCount(hour: HourCount.hour(of: Self.now) - ago)
        count.alive = alive
        count.firstDead = dead
        count.isBreakerOpen = isBreakerOpen
        return count
    }

    @Test("The usual rate that the list shows is the rate from which the breaker's limit is computed")
    func usualRate() {
        var numbers = Numbers(seed: 11)
        for _ in 0..<300 {
            let hours = (0..<700).filter { _ in Int.random(in: 0..<20, using: &numbers) == 0 }.map { ago in
                hour(
                    ago, alive: Int.random(in: 0..<50, using: &numbers), dead: Int.random(in: 0..<8, using: &numbers),
                    isBreakerOpen: Bool.random(using: &numbers))
            }
            let sums = Breaker.assess(hours, at: Self.now, canaryIsAlive: false)
            let rate = Breaker.usualRate(hours, at: Self.now)
            let answered = Double(sums.answered)
            let likely = rate * answered + 4 * (answered * rate * (1 - rate)).squareRoot()
            #expect(sums.most == max(3, Int(likely)))
        }
    }

    @Test(
        "A reason is any short sentence, ticket numbers included, but no text that could be a key",
        arguments: [
            ("Leaked on 2026-11-20, see INC0012345 and JIRA-4711", true), ("Groq 已撤销所有密钥", true),
            ("v1beta2 of the api", true), ("the key AIzaSyD3x9Kq2", false),
            ("0b8a3c1e-5d1f-4c57-9a3e-2f6f0f5a7c11", false),
            ("abcdefghijklmnopqrstuvwxyz", false), ("", false), (" \n ", false),
        ])
    func reasons(text: String, isFine: Bool) {
        #expect(((try? ReleaseReason(text)) != nil) == isFine)
    }

    @Test("Control characters in a reason are replaced, and its length is counted in characters")
    func printable() throws {
        #expect(try ReleaseReason(" a\u{1b}[2J b ").text == "a\u{FFFD}[2J b")
        #expect(try ReleaseReason(String(repeating: "ä ", count: 100)).text.count == 199)
        #expect(throws: InvalidInput.self) { try ReleaseReason(String(repeating: "ä ", count: 101)) }
    }

    @Test("Key types come from the catalogue; a provider with several also has `other`")
    func keyTypes() throws {
        let catalogue = try Catalogue()
        #expect(catalogue["openai"]?.keyTypes == ["standard"])
        let google = try #require(catalogue["google"]).keyTypes
        #expect(google == ["auth", "standard", "other"])
    }
}
