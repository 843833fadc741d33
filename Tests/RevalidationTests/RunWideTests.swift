import Foundation
import Judgement
import KeyVigil
import Secrets
import Simulator
import TestSupport
import Testing

@testable import Revalidation

/// What is special to providers of the wide catalogue, in whole runs.
@Suite("Providers of the wide catalogue")
struct RunWideTests {
    private static let end = Date(timeIntervalSince1970: 1_830_297_599)

    @Test(
        "The expiry in a provider's answer is stored once, and the tenant is warned of it",
        arguments: [
            ("openrouter", [:]), ("cloudflare-user-token", [:]), ("cloudflare-account-token", ["account_id": "0123"]),
            ("github-models", [:]),
        ])
    func expiry(provider: String, params: [String: String]) async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(provider: provider, params: params)
            #expect(try await platform.store.key(key.id).expiresAt == nil)
            try await platform.revalidate()
            #expect(try await platform.store.key(key.id).expiresAt == Self.end)
            let told = "ends 2027-12-31 23:59 UTC by the provider's word"
            #expect(try await platform.told(.keyProbed) == [told])
            platform.clock.advance(days: Self.end.timeIntervalSince(platform.clock.now) / Timing.day - 6)
            try await platform.revalidate()
            #expect(try await platform.count("SELECT count(*) FROM notice WHERE kind = 'key_expiring'") == 1)
            #expect(try await platform.told(.keyProbed) == [told])
        }
    }

    @Test("A key that is probed when it is added gets its provider's expiry instead of the tenant's")
    func expiryAtOnce() async throws {
        try await Platform.run { platform in
            let text = try platform.simulator.newKey(for: "openrouter")
            try await platform.simulator.set(provider: "openrouter", key: text, scenario: .valid)
            let new = try NewKey(
                tenantID: "acme", provider: "openrouter", expiresAt: platform.clock.now + 100 * Timing.day)
            let vault = try platform.vault()
            let added = try await vault.add(new, secret: SecretBytes(copying: text.utf8)).key
            #expect(added.expiresAt == Self.end)
            try await platform.simulator.set(provider: "openrouter", key: text, scenario: "alive_without_limit")
            try await platform.revalidate { $0.selection.all = true }
            #expect(try await platform.store.key(added.id).expiresAt == Self.end)
        }
    }

    @Test("Keys with a paid probe are left alone and not counted until paid probes are allowed")
    func paid() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(provider: "wandb")
            _ = try await platform.addKey()
            let free = try await platform.revalidate()
            #expect(free.keys.due == 1)
            #expect(free.coverage?.enabled == 1)
            #expect(free.exitStatus == 0)
            #expect(await platform.probes(key) == 0)
            let vault = try platform.vault(catalogue: platform.catalogue.allowingPaidProbes(true))
            let paid = try await platform.revalidate(vault)
            #expect(paid.keys.alive == 1 && paid.coverage?.enabled == 2)
            #expect(await platform.probes(key) == 1)
            // No longer allowed: keys that were covered do not count any more.
            #expect(try await platform.revalidate().coverage?.enabled == 1)
        }
    }

    @Test("A refusal by status alone is reported to operators, and never makes a key suspected")
    func reported() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid, provider: "github-models")
            for _ in 0..<4 {
                try await platform.revalidate()
                platform.clock.advance(days: 6)
            }
            let health = try await platform.health(key)
            #expect(health.status == .active)
            #expect(health.suspicion == nil)
            #expect(health.lastFinding == .invalid)
            let conditions = try await platform.texts("SELECT kind || ' ' || subject FROM condition")
            #expect(conditions == ["neverDead github-models"])
        }
    }
}
