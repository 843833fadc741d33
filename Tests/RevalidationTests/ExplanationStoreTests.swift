import Curl
import Database
import Foundation
import Judgement
import KeyVigil
import Testing
import Vocabulary

@testable import Revalidation

/// A key's story from the real store.
struct ExplanationStoreTests {
    @Test("The story of a disabling has its refusals, control, grounds, mail and the server's reply")
    func disabled() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            let key = try await platform.addKey(.invalid)
            platform.clock.advance(days: 0.01)
            try await platform.revalidate()
            try await platform.keepAlive(good)
            let transport = ScriptedTransport(.accepted(reply: "250 \u{1b}[31mkept"))
            try await platform.revalidate(mail: transport)
            platform.clock.advance(days: 0.1)
            let story = try await platform.explain(key)
            #expect(
                story.timeline.map(\.what.text) == [
                    "added", "control passed", "checked: invalid", "suspected", "control passed", "checked: invalid",
                    "disabled by job", "mail sent",
                ])
            #expect(story.timeline[2].because.text.contains("HTTP 401, code invalid_api_key"))
            #expect(
                story.timeline[6].because.text.contains("refused 2 times")
                    && story.summary.text.contains("refused 2 times"))
            #expect(
                story.timeline[7].because.text.hasPrefix("key_disabled to owner@acme.example; 250 \u{FFFD}[31mkept"))
            #expect(story.summary.text.hasPrefix("Disabled by the job on "))
            let everything = "\(story)"
            #expect(!everything.contains(key.text) && !everything.contains(key.text.dropFirst(8).prefix(8)))
        }
    }

    @Test("The story of a deleted key comes from its audit rows; an unknown id is refused")
    func deleted() async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey()
            try await platform.store.delete(key.id)
            let story = try await platform.explain(key)
            #expect(story.key == nil && story.summary.text.contains("It was deleted on"))
            #expect(story.timeline.map(\.what.text).contains("mail sent") && story.timeline.last?.what.text != "added")
            await #expect(throws: InvalidInput.self) {
                try await platform.explain(TestKey(id: UUID().uuidString, provider: "openai", text: ""))
            }
        }
    }

    @Test("A suspicion under a breaker names that breaker and its release, and no other provider's breaker")
    func underBreaker() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(4, .invalid)
            _ = try await platform.addKeys(4, .invalid, provider: "groq")
            try await platform.revalidate()
            let story = try await platform.explain(keys[0])
            #expect(story.timeline.filter { $0.what.text == "breaker opened" }.count == 1)
            #expect(story.summary.text.contains("nothing is disabled until it closes"))
            #expect(story.next.contains { $0.text.contains("While the breaker is open no refusal confirms it") })
            #expect(story.next.contains { $0.text.contains("Guard of openai (standard): the breaker is open since") })
            platform.clock.advance(days: 0.1)
            let release = try BreakerRelease(
                of: #require(platform.catalogue["openai"]), keyType: nil, finding: nil, reason: "leak, INC-4711",
                at: platform.clock.now)
            _ = try await platform.store.store(release)
            let released = try await platform.explain(keys[0])
            #expect(released.timeline.last?.what.text == "breaker released")
            #expect(!released.summary.text.contains("until it closes"))
            let steps = released.next.map(\.text)
            #expect(steps.contains { $0.contains("covers its suspicion") && $0.contains("leak, INC-4711") })
        }
    }
}

extension Platform {
    func explain(_ key: TestKey) async throws -> Explanation {
        try await store.explanation(
            of: key.id, catalogue: catalogue, timing: Timing(), breaker: Breaker.Settings())
    }
}
