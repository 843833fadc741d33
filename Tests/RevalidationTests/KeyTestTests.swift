import Foundation
import Judgement
import KeyVigil
import Simulator
import Testing

@testable import Revalidation

/// `keys test`: what an operator's check may change in a key, and what it may not.
struct KeyTestTests {
    @Test("An endpoint that accepts any key recovers no key and sends no notice")
    func noFalseRecovery() async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey()
            let notices = try await platform.count("SELECT count(*) FROM notice")
            try await platform.simulator.set(provider: "openai", scenario: .valid)
            platform.clock.advance(hours: 7)
            let tested = try await platform.test(key)
            #expect(tested.observation.finding == .providerError && tested.key.health.status == .disabled)
            #expect(tested.observation.note == .madeUpKeyAccepted(answered: .valid))
            #expect(try await platform.count("SELECT count(*) FROM notice") == notices)
            #expect(try await platform.texts("SELECT outcome FROM control") == ["failed"])
            #expect(
                try await platform.told(.keyProbed).last
                    == "answered valid, not judged: the made-up key was not refused")
        }
    }

    @Test("A key that works again recovers once a made-up key was refused")
    func recovery() async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey()
            try await platform.set(key, .valid)
            platform.clock.advance(hours: 7)
            let tested = try await platform.test(key)
            #expect(tested.observation.finding == .valid && tested.key.health.status == .active)
            #expect(try await platform.count("SELECT count(*) FROM notice WHERE kind = 'key_works_again'") == 1)
        }
    }

    @Test("A refusal without an answer about the made-up key begins no suspicion and is not counted")
    func noSuspicion() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid)
            try await platform.simulator.set(provider: "openai", scenario: .down)
            try await platform.set(key, .invalid)
            let tested = try await platform.test(key)
            #expect(tested.observation.verdict == .unknown && tested.key.health.suspicion == nil)
            #expect(try await platform.count("SELECT count(*) FROM provider_hour") == 0)
            try await platform.simulator.set(provider: "openai", scenario: nil)
            #expect(try await platform.test(key).key.health.suspicion != nil)
            #expect(try await platform.count("SELECT sum(never_alive) FROM provider_hour") == 1)
        }
    }

    @Test("A made-up key that was refused within the last six hours is the control of this answer too")
    func shared() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey()
            try await platform.revalidate()
            for (hours, requests) in [(5.0, 3), (2, 5), (0, 6)] {
                platform.clock.advance(hours: hours)
                #expect(try await platform.test(key).observation.finding == .valid)
                #expect(await platform.simulator.requestCount(provider: "openai") == requests)
            }
        }
    }

    @Test("On a tenant's own host a made-up key is probed only with an answer that may recover or disable a key")
    func ownHost() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid, provider: "azure_openai", params: ["resource": "acme"])
            let vault = try platform.vaultWithOwnHosts()
            for requests in [1, 3, 4] {
                #expect(try await platform.test(key, vault).key.health.suspicion != nil)
                #expect(await platform.simulator.requestCount(provider: "azure_openai") == requests)
            }
            #expect(try await platform.texts("SELECT outcome FROM control WHERE host <> ''") == ["passed"])
        }
    }

    @Test("The breaker is computed with the operator's figures", arguments: [(3, 1), (10, 0)])
    func breaker(minimum: Int, breakers: Int) async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(12)
            try await platform.revalidate()
            platform.clock.advance(days: 2)
            try await platform.makeDue(Array(keys.suffix(2)))
            try await platform.revalidate()
            var settings = Breaker.Settings()
            settings.minimum = minimum
            for key in keys.prefix(6) {
                try await platform.set(key, .invalid)
                _ = try await platform.test(key, breaker: settings)
            }
            #expect(try await platform.count("SELECT count(*) FROM provider_breaker") == breakers)
        }
    }

    @Test("A key of a provider with several key types counts for its own type, also before any run probed it")
    func keyType() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(provider: "google")
            let tested = try await platform.test(key)
            let type = tested.key.health.keyType
            #expect(["standard", "auth"].contains(type))
            #expect(try await platform.texts("SELECT key_type FROM provider_hour") == [type])
        }
    }
}

extension Platform {
    fileprivate func test(
        _ key: TestKey, _ vault: KeyVault? = nil, breaker: Breaker.Settings = Breaker.Settings()
    ) async throws -> TestedKey {
        let vault = try vault ?? self.vault()
        return try await vault.test(
            store.key(key.id), provider: vault.provider(key.provider), timing: Timing(), breaker: breaker)
    }
}
