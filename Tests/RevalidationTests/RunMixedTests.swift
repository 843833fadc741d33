import Foundation
import Judgement
import KeyVigil
import TestSupport
import Testing

@testable import Revalidation

/// Runners of several versions on one store (ruling 30).
struct RunMixedTests {
    private static let newerEntry = """
        providers:
          openai:
            name: OpenAI
            console: https://platform.openai.com/api-keys
            remediation: Create a new key.
            capabilities: [language]
            base_url: https://api.openai.com
            auth: {header: Authorization, prefix: "Bearer "}
            probe: {path: /v1/models, alive: {status: 200, when: {data: {type: array}}}}
            answers: {code: [error.code]}
            keys:
              - {type: standard, prefix: sk-proj-, infix: T3BlbkFJ, length: 164, alphabet: word}
            rules:
              - {status: 401, when: {error.code: invalid_api_key}, finding: invalid, strength: specific}
        """

    /// One key was refused a day ago and three work; an hour later another runner ran with a newer entry.
    private func suspected(_ body: (Platform, TestKey, KeyVault) async throws -> Void) async throws {
        try await Platform.run { platform in
            let newer = try platform.vault(catalogue: Catalogue(overlaying: Self.newerEntry, named: "newer.yaml"))
            let key = try await platform.addKey(.invalid)
            _ = try await platform.addKeys(3)
            try await platform.revalidate()
            platform.clock.advance(hours: 1)
            try await platform.revalidate(newer)
            platform.clock.advance(hours: 23)
            try await body(platform, key, newer)
        }
    }

    @Test("After another runner used a newer entry for a provider, this one records answers and disables no key")
    func outdated() async throws {
        try await suspected { platform, key, newer in
            let report = try await platform.revalidate()
            #expect(report.keys.dead == 1)
            #expect(report.transitions["disabled"] == 0)
            #expect(report.transitions["held"] == 1)
            #expect(report.attention.texts.contains { $0.contains("newer entry of the catalogue for openai") })
            let details = try await platform.told(.keyHeld)
            #expect(
                details.count == 1
                    && details[0].hasPrefix(
                        "another runner has used a newer entry of the catalogue for this provider. ")
            )
            platform.clock.advance(days: 1)
            let next = try await platform.revalidate(newer)
            #expect(next.transitions["disabled"] == 1 && next.attention.isEmpty)
            #expect(try await platform.health(key).status == .disabled)
        }
    }

    @Test("After a downgrade the older entry disables keys again by a release, or after a week")
    func wentBack() async throws {
        try await suspected { platform, key, _ in
            try await platform.revalidate()
            platform.clock.advance(days: 5)
            #expect(try await platform.revalidate().transitions["held"] == 1)
            platform.clock.advance(days: 2)
            #expect(try await platform.revalidate().transitions["disabled"] == 1)
            #expect(try await platform.health(key).status == .disabled)
        }
    }

    @Test("An entry that many runners share is recorded once a day, if there are keys of its provider")
    func same() async throws {
        try await Platform.run { platform in
            let uses = "SELECT count(*) FROM catalogue_use WHERE provider = 'openai'"
            _ = try await platform.addKey()
            for _ in 0...2 {
                try await platform.revalidate()
                platform.clock.advance(hours: 23)
            }
            #expect(try await platform.count(uses) == 1)
            #expect(try await platform.count(uses + " AND last_used_at > first_used_at") == 1)
            #expect(try await platform.count("SELECT count(*) FROM catalogue_use WHERE provider <> 'openai'") == 0)
        }
    }
}
