import Database
import Foundation
import KeyVigil
import Testing

@testable import Revalidation

/// Conditions that are read from the stored keys.
struct ConditionsKeysTests {
    private static let operators = ["ops@platform.example"]

    @Test("Keys that cannot be checked for a week are reported in one list by provider, finding and who has to act")
    func uncheckable() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(25)
            try await platform.revalidate()
            let since = UTCText.string(platform.clock.now)
            try await platform.execute(
                "UPDATE key_health SET last_finding = 'undecryptable', uncheckable_since = '\(since)', next_probe_at = NULL"
            )
            try await platform.execute(
                "UPDATE key_health SET last_finding = 'egressBlocked' WHERE key_id = '\(keys[0].id)'")
            platform.clock.advance(days: 6.9)
            try await platform.revalidate(operators: Self.operators)
            #expect(try await platform.standingConditions().contains { $0.kind == .uncheckable } == false)
            platform.clock.advance(hours: 2)
            _ = try await platform.addKey(provider: "groq")
            let report = try await platform.revalidate(operators: Self.operators)
            let condition = try #require(try await platform.standingConditions().first { $0.kind == .uncheckable })
            #expect(
                condition.facts.groups == [
                    .init(provider: "openai", finding: .egressBlocked, owner: .operators, count: 1),
                    .init(provider: "openai", finding: .undecryptable, owner: .operators, count: 24),
                ])
            #expect(condition.facts.count == 25 && condition.facts.keyIDs?.count == 20)
            #expect(condition.facts.keyIDs?.first == keys[0].id)
            #expect(report.attention.texts.contains { $0.contains("check") } == false || report.coverage?.overdue == 1)
        }
    }

    @Test("Keys of a provider that this program does not know are listed at once, whatever text the id holds")
    func unknownProvider() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey()
            try await platform.execute("UPDATE stored_key SET provider = 'o''dd<b>'")
            try await platform.execute("UPDATE key_health SET provider = 'o''dd<b>'")
            try await platform.revalidate(operators: Self.operators)
            let condition = try #require(try await platform.standingConditions().first)
            #expect(condition.kind == .uncheckable && condition.facts.keyIDs == [key.id])
            #expect(condition.facts.groups?.first?.finding == .unsupported)
            #expect(try platform.mails().first?.html.contains("<b>") == false)
        }
    }

    @Test("Keys of a retired type, and those refused by a rule of strength never, are one line for each provider")
    func oddKeys() async throws {
        try await Platform.run { platform in
            let catalogue = try Catalogue(overlaying: Self.sparing, named: "test")
            _ = try await platform.addKeys(2, "standard_key_rejected_or_auth_key_misused", provider: "google")
            let spared = try await platform.addKeys(2, .invalid, provider: "groq")
            let suspected = try await platform.addKey(.invalid)
            try await platform.revalidate(platform.vault(catalogue: catalogue))
            #expect(
                try await platform.standingConditions().map { "\($0.kind) \($0.subject) \($0.facts.count)" } == [
                    "keyTypeRetired google 2", "neverDead groq 2",
                ])
            #expect(try await platform.health(suspected).suspicion != nil)
            let now = UTCText.string(platform.clock.now)
            try await platform.execute(
                """
                UPDATE key_health SET suspected_since = '\(now)', suspect_counted_from = '\(now)',
                    suspect_finding = 'invalid', dead_count = 1
                WHERE key_id = '\(spared[0].id)'
                """)
            try await platform.revalidate(platform.vault(catalogue: catalogue))
            #expect(try await platform.standingConditions().map(\.facts.count) == [2, 1])
        }
    }

    /// Groq with a rule of strength never: its refusals disable no key.
    private static let sparing = """
        providers:
          groq:
            name: Groq
            console: https://console.groq.com/keys
            remediation: Create a new key.
            capabilities: [language]
            base_url: https://api.groq.com
            auth: {header: Authorization, prefix: "Bearer "}
            probe:
              path: /openai/v1/models
              alive: {status: 200, when: {data: {type: array}}}
            answers: {code: [error.code]}
            rules:
              - {status: 401, when: {error.code: invalid_api_key}, finding: invalid, strength: never}
        """

    @Test("Keys of tenants without BYOK, disabled keys and keys of switched-off providers begin no condition")
    func notEnabled() async throws {
        try await Platform.run { platform in
            let since = UTCText.string(platform.clock.now)
            try await platform.addTenant("off")
            _ = try await platform.addKey(tenant: "off")
            let disabled = try await platform.addKey()
            _ = try await platform.addKey(provider: "groq")
            try await platform.store.disable(disabled.id)
            try await platform.store.changeTenant("off") { $0.byok = false }
            try await platform.execute(
                "UPDATE key_health SET last_finding = 'undecryptable', uncheckable_since = '\(since)', next_probe_at = NULL"
            )
            _ = try await platform.addKey(provider: "deepseek")
            platform.clock.advance(days: 8)
            try await platform.revalidate(platform.vault(switchedOff: ["groq"]), operators: Self.operators)
            #expect(try await platform.standingConditions().isEmpty)
        }
    }

    @Test("Overdue keys are reported once a day until they are checked")
    func overdue() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.down)
            platform.clock.advance(days: 8)
            let report = try await platform.revalidate(operators: Self.operators)
            #expect(report.coverage?.overdue == 1 && report.notices.sent == 1)
            try await platform.set(key, .valid)
            platform.clock.advance(days: 1)
            #expect(try await platform.revalidate(operators: Self.operators).coverage?.overdue == 0)
            platform.clock.advance(days: 1)
            try await platform.revalidate(operators: Self.operators)
            #expect(
                try await platform.texts("SELECT subject FROM mail ORDER BY created_at") == [
                    "keyvigil: keys are overdue", "keyvigil: over: keys are overdue",
                ])
        }
    }

    @Test("A run that probes no key keeps the conditions of stored keys, and sees when they end")
    func quietRun() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey("standard_key_rejected_or_auth_key_misused", provider: "google")
            try await platform.revalidate()
            #expect(try await platform.standingConditions().map(\.kind) == [.keyTypeRetired])
            try await platform.revalidate()
            #expect(try await platform.standingConditions().map(\.kind) == [.keyTypeRetired])
            try await platform.store.delete(key.id)
            try await platform.revalidate()
            #expect(try await platform.standingConditions().isEmpty)
        }
    }

    @Test("A tenant has to repair a gone or closed host of its own, unless operators send probes elsewhere")
    func owners() throws {
        var elsewhere = ProviderOverride()
        elsewhere.baseURL = "https://gateway.example"
        let stored: Set = ["azure_openai", "openai"]
        let own = ActiveProviders(try Catalogue(), [:], stored: stored)
        let gateway = ActiveProviders(try Catalogue(), ["azure_openai": elsewhere], stored: stored)
        #expect(own.owner(of: .endpointChanged, provider: "azure_openai") == .tenant)
        #expect(own.owner(of: .egressBlocked, provider: "azure_openai") == .tenant)
        #expect(own.owner(of: .undecryptable, provider: "azure_openai") == .operators)
        #expect(own.owner(of: .endpointChanged, provider: "openai") == .operators)
        #expect(gateway.owner(of: .endpointChanged, provider: "azure_openai") == .operators)
    }
}
