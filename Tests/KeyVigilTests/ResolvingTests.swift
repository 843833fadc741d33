import Foundation
import KeyVigil
import TestSupport
import Testing
import Vocabulary

struct ResolvingTests {
    /// A stored key with its state, scope and provider.
    struct Held: Sendable {
        var state = ResolvingState.valid
        var scope = ""
        var provider = "openai"
        var isDefault = false
    }

    /// The stored keys, and the index of the key that is used, nil for the platform's own.
    static let preferred: [(held: [Held], chosen: Int?, reason: String)] = [
        ([], nil, "the tenant has no key for this; the platform's own key is used"),
        ([Held()], 0, "the tenant's only usable key"),
        (
            [Held(state: .suspected, isDefault: true), Held(state: .unchecked)], 1,
            "the best of the tenant's 2 usable keys, the only one that nothing speaks against"
        ),
        (
            [Held(state: .ended, isDefault: true), Held(state: .exhausted)], 1,
            "the only one that nothing speaks against"
        ),
        ([Held(), Held(state: .exhausted, isDefault: true)], 1, "the best of the tenant's 2 usable keys, its default"),
        ([Held(state: .restricted), Held(), Held(state: .exhausted)], 1, "3 usable keys, the healthiest"),
        ([Held(state: .exhausted), Held(state: .restricted)], 1, "the healthiest"),
        ([Held(state: .unchecked), Held(state: .exhausted)], 1, "the healthiest"),
        ([Held(state: .refused), Held(state: .unchecked)], 1, "the healthiest"),
        ([Held(), Held(state: .validLater)], 1, "the most recently confirmed"),
        (
            [Held(state: .suspected)], 0,
            "the tenant's only usable key, although its provider refused it and that is not yet confirmed"
        ),
        ([Held(state: .ended)], 0, "the tenant's only usable key, although its expiry date has passed"),
        ([Held(), Held(scope: "project:42")], 1, "the project's only usable key"),
        ([Held(), Held(scope: "project:42"), Held(scope: "user:7")], 2, "the user's only usable key"),
        ([Held(), Held(scope: "project:43"), Held(scope: "workspace:42")], 0, "the tenant's only usable key"),
        ([Held(scope: "project:43")], nil, "the tenant has no key for this"),
        (
            [Held(), Held(state: .disabled, scope: "user:7"), Held(state: .revoked, scope: "project:42")], 0,
            "the tenant's only usable key; the user's key is disabled since its provider refused it (invalid); "
                + "the project's key is revoked"
        ),
        (
            [Held(state: .disabled), Held(state: .off)], nil,
            "none of the tenant's 2 keys can be used (disabled by an operator, disabled since its provider refused it "
                + "(invalid)); the platform's own key is used"
        ),
        ([Held(state: .undecryptable)], nil, "the tenant's key is unreadable, as its ciphertext does not open"),
        ([Held(provider: "groq")], nil, "the tenant has no key for this"),
    ]

    @Test("The best key of the first scope with a usable key is chosen, and the reason says why")
    func preference() async throws {
        let fixture = try await KeysFixture()
        let scopes = [try Scope("user:7"), try Scope("project:42")]
        for (number, (held, chosen, reason)) in Self.preferred.enumerated() {
            let tenant = "tenant-\(number)"
            try await fixture.addTenant(tenant)
            let keys = try await fixture.hold(held, tenant: tenant)
            let found = try await fixture.resolver().resolve(tenantID: tenant, .provider("openai"), scopes: scopes)
            #expect(found.source == (chosen == nil ? .platform : .tenant) && found.provider == "openai", "\(reason)")
            #expect(found.keyID == chosen.map { keys[$0] } && found.reason.contains(reason), "\(found)")
        }
    }

    @Test("Of keys that are equal otherwise the first by id is used")
    func equal() async throws {
        let fixture = try await KeysFixture()
        let keys = try await fixture.hold([Held(), Held(), Held()])
        let found = try await fixture.resolver().resolve(tenantID: "acme", .provider("openai"))
        #expect(found.keyID == keys.min() && found.reason.hasSuffix(", the first by id, none being better"))
    }

    /// The stored keys of a tenant whose policy is to fail, and the answer.
    static let failing: [(held: [Held], source: Resolution.Source, reason: String)] = [
        ([], .platform, "the tenant has no key for this"),
        ([Held(state: .suspected)], .tenant, "the tenant's only usable key"),
        (
            [Held(state: .disabled)], .none,
            "the tenant's key is disabled since its provider refused it (invalid); its calls fail until the tenant "
                + "updates or removes the key"
        ),
        ([Held(state: .revoked)], .none, "the tenant's key is revoked; its calls fail until"),
        ([Held(state: .revoked)], .none, "until the tenant removes the key and adds a new one"),
        ([Held(state: .off)], .none, "disabled by an operator; its calls fail until an operator enables the key"),
        ([Held(state: .undecryptable)], .none, "unreadable"),
        ([Held(state: .disabled), Held()], .tenant, "the tenant's only usable key"),
        ([Held(), Held(state: .disabled, scope: "project:42")], .none, "the project's key is disabled since"),
        ([Held(), Held(state: .disabled, scope: "project:43")], .tenant, "the tenant's only usable key"),
    ]

    @Test("With the policy to fail, the search ends at the first scope that has keys but no usable one")
    func failure() async throws {
        let fixture = try await KeysFixture()
        let resolver = fixture.resolver()
        let scopes = [try Scope("project:42")]
        for (number, (held, source, reason)) in Self.failing.enumerated() {
            let tenant = "tenant-\(number)"
            try await fixture.addTenant(tenant)
            try await fixture.store.changeTenant(tenant) { $0.onDisabled = .fail }
            let keys = try await fixture.hold(held, tenant: tenant)
            let found = try await resolver.resolve(tenantID: tenant, .provider("openai"), scopes: scopes)
            #expect(found.source == source && found.reason.contains(reason), "\(found)")
            for key in keys { try await fixture.store.delete(key) }
            let left = try await resolver.resolve(tenantID: tenant, .provider("openai"), scopes: scopes)
            #expect(left.source == .platform, "only where no key is left it is the platform's")
        }
    }

    @Test("Without BYOK the platform's own key is used, with any stored keys and policy")
    func byokOff() async throws {
        let fixture = try await KeysFixture()
        _ = try await fixture.hold([Held(), Held(state: .disabled)])
        try await fixture.store.changeTenant("acme") { tenant in
            tenant.byok = false
            tenant.onDisabled = .fail
        }
        let found = try await fixture.resolver().resolve(tenantID: "acme", .provider("openai"))
        #expect(found.source == .platform && found.reason.contains("BYOK is off"), "\(found)")
    }

    @Test("For a capability the keys of all live providers that have it are ranked together")
    func capability() async throws {
        let fixture = try await KeysFixture()
        let keys = try await fixture.hold([
            Held(state: .restricted), Held(provider: "groq"), Held(provider: "elevenlabs"),
        ])
        let language = try await fixture.resolver().resolve(tenantID: "acme", .capability(.language))
        #expect(language.keyID == keys[1] && language.provider == "groq")
        let voice = try await fixture.resolver().resolve(tenantID: "acme", .capability(.voice))
        #expect(keys.dropFirst().contains(voice.keyID ?? ""))
        let translation = try await fixture.resolver().resolve(tenantID: "acme", .capability(.translation))
        #expect(translation.source == .platform && translation.provider == nil)
        var off = ProviderOverride()
        off.enabled = false
        let without = try await fixture.resolver(["groq": off]).resolve(tenantID: "acme", .capability(.language))
        #expect(without.keyID == keys[0])
    }

    @Test("A switched-off provider has no usable key; a key without credit is passed over if so set")
    func settings() async throws {
        let fixture = try await KeysFixture()
        _ = try await fixture.hold([Held(state: .exhausted)])
        var off = ProviderOverride()
        off.enabled = false
        let away = try await fixture.resolver(["openai": off]).resolve(tenantID: "acme", .provider("openai"))
        #expect(away.source == .platform && away.reason.contains("of a provider that is disabled here"))
        try await fixture.store.changeTenant("acme") { $0.onDisabled = .fail }
        let none = try await fixture.resolver(["openai": off]).resolve(tenantID: "acme", .provider("openai"))
        #expect(none.source == .none && none.reason.hasSuffix("until the operator enables the provider"))
        try await fixture.store.changeTenant("acme") { $0.onDisabled = .fallback }
        let used = try await fixture.resolver().resolve(tenantID: "acme", .provider("openai"))
        #expect(used.source == .tenant)
        let skipped = try await fixture.resolver(skipsExhausted: true).resolve(tenantID: "acme", .provider("openai"))
        #expect(skipped.source == .platform && skipped.reason.contains("the tenant's key is out of credit"))
    }

    @Test("An unknown tenant or provider is refused with what to do")
    func refusals() async throws {
        let fixture = try await KeysFixture()
        let unknown: [(tenant: String, provider: String, remedy: InvalidInput.Remedy)] = [
            ("nobody", "openai", .listTenants), ("acme", "nothing", .listProviders),
        ]
        for (tenant, provider, remedy) in unknown {
            let error = await #expect(throws: InvalidInput.self) {
                _ = try await fixture.resolver().resolve(tenantID: tenant, .provider(provider))
            }
            #expect(error?.remedy == remedy)
        }
    }
}
