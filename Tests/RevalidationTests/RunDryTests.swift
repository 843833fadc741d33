import Foundation
import KeyVigil
import Secrets
import Simulator
import TestSupport
import Testing

@testable import Revalidation

/// A dry run predicts what the next real run does.
struct RunDryTests {
    /// Makes a dry run and then a real one, and compares their reports.
    private func compare(
        _ platform: Platform, _ edit: @escaping @Sendable (inout RunOptions) -> Void = { _ in }
    ) async throws -> RunReport {
        let before = try await platform.dump()
        let dry = try await platform.revalidate {
            edit(&$0)
            $0.isDryRun = true
        }
        #expect(try await platform.dump() == before)
        let real = try await platform.revalidate(nil, edit)
        #expect(dry.transitions == real.transitions)
        // The reason may differ: in a real run the sums may open the breaker before the evidence, a random draw.
        #expect(dry.attention.texts.map(Self.beforeReason) == real.attention.texts.map(Self.beforeReason))
        #expect(dry.providers["openai"]?.breaker == real.providers["openai"]?.breaker)
        return dry
    }

    private static func beforeReason(_ sentence: String) -> Substring {
        sentence.hasPrefix("the breaker of") ? sentence.prefix { $0 != ":" } : sentence[...]
    }

    @Test("Refusals that a dry run has not stored open the breaker all the same")
    func breaker() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(40)
            try await platform.revalidate()
            platform.clock.advance(days: 6)
            try await platform.makeDue(keys)
            try await platform.set(keys[0], .invalid)
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            try await platform.makeDue(keys)
            for key in keys.prefix(11) { try await platform.set(key, .invalid) }
            let dry = try await compare(platform)
            #expect(dry.transitions["held"] == 1)
            #expect(dry.transitions["disabled"] == 0)
            #expect(dry.exitStatus == 3)
        }
    }

    @Test("A dry run reports an open breaker that holds no confirmed key, and not one that closes")
    func standingBreaker() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(30)
            try await platform.revalidate()
            platform.clock.advance(days: 6)
            try await platform.makeDue(keys)
            for key in keys.prefix(10) { try await platform.set(key, .invalid) }
            #expect(try await compare(platform).attention.count == 1)
            platform.clock.advance(hours: 2)
            #expect(try await compare(platform).attention.count == 1)
            platform.clock.advance(days: 1)
            let closing = try await compare(platform)
            #expect(closing.keys.dead == 10)
            #expect(closing.transitions["held"] == 0)
            #expect(closing.attention.isEmpty)
        }
    }

    @Test("Answers of canaries that a dry run has not stored count")
    func canary() async throws {
        try await Platform.run { platform in
            let canary = try platform.simulator.newKey(for: "openai")
            try await platform.simulator.set(provider: "openai", key: canary, scenario: .valid)
            _ = try await platform.addKey(.invalid)
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            let dry = try await compare(platform) {
                $0.canaries["openai"] = Canary(SecretBytes(copying: canary.utf8))
            }
            #expect(dry.transitions["disabled"] == 1 && dry.providers["openai"]?.positiveControl == .passed)
        }
    }

    @Test("Waiting notices hold keys in a dry run as in a real one")
    func backlog() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            _ = try await platform.addKeys(3, .invalid)
            try await platform.revalidate()
            try await platform.keepAlive(good)
            let dry = try await compare(platform) {
                $0.sendsNotices = false
                $0.mostWaitingNotices = 1
            }
            #expect(dry.transitions["disabled"] == 2 && dry.transitions["held"] == 1)
        }
    }
}
