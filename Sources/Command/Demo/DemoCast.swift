internal import Foundation
internal import KeyVigil
internal import Mail
internal import Secrets
internal import Simulator

/// The demo's five tenants and their keys. On the first day the providers accept all of them.
struct DemoCast {
    /// A key and what happens to it after it was stored.
    struct Role {
        let tenant: String
        let provider: String
        let label: String
        var fate: Scenario = .valid
        var expiresInDays: Double?
    }

    static let tenants = [
        (
            id: "alder", name: "Alder Analytics", mail: "it@alder.example", zone: "Europe/Berlin",
            policy: Tenant.DisabledPolicy.fallback
        ),
        (id: "birch", name: "Birch Bikes", mail: "dev@birch.example", zone: "America/New_York", policy: .fail),
        (id: "cedar", name: "Cedar Care", mail: "ops@cedar.example", zone: "Asia/Kolkata", policy: .fallback),
        (id: "dune", name: "Dune Design", mail: "studio@dune.example", zone: "UTC", policy: .fallback),
        (id: "elm", name: "Elm Energy", mail: "api@elm.example", zone: "Europe/Oslo", policy: .fallback),
    ]

    /// Keys that something happens to: one for each answer that the demo shows.
    static let troubles = [
        Role(tenant: "alder", provider: "openai", label: "Production", fate: .invalid),
        Role(tenant: "alder", provider: "google", label: "Reports", fate: "key_expired"),
        Role(tenant: "birch", provider: "openai", label: "Support bot", fate: "account_deactivated"),
        Role(tenant: "birch", provider: "anthropic", label: "Agents", fate: "organization_disabled"),
        Role(tenant: "cedar", provider: "deepseek", label: "Batch jobs", fate: "valid_no_balance"),
        Role(tenant: "cedar", provider: "elevenlabs", label: "Voices", fate: "valid_subscription_exhausted"),
        Role(tenant: "cedar", provider: "groq", label: "Triage", fate: "rate_limited"),
        Role(tenant: "dune", provider: "sarvam", label: "Captions", fate: .invalid),
        Role(tenant: "dune", provider: "google", label: "Sketches", fate: "service_blocked_api_restriction"),
        Role(tenant: "dune", provider: "anthropic", label: "Copy", expiresInDays: 12),
    ]

    /// Providers of which every tenant has a key. Of Sarvam there is one key in all: a tenant's only key is held longer.
    private static let common: Set = [
        "anthropic", "azure_openai", "deepseek", "elevenlabs", "google", "groq", "mistral", "openai",
    ]

    /// All keys: the troubles, and for each tenant a working key of each common provider that is not among its troubles.
    static func roles(_ providers: [Provider]) -> [Role] {
        let good = tenants.flatMap { tenant in
            providers.filter { common.contains($0.id) }.map {
                Role(tenant: tenant.id, provider: $0.id, label: "\($0.name) main")
            }
        }
        return troubles
            + good.filter { role in
                !troubles.contains { $0.tenant == role.tenant && $0.provider == role.provider }
            } + [
                Role(tenant: "alder", provider: "openai", label: "Staging"),
                Role(tenant: "birch", provider: "openai", label: "Tests"),
            ]
    }

    /// Stores tenants and keys; each key is probed first, as `keys add` does. Returns the stored keys with the keys
    /// themselves.
    static func enter(_ stage: DemoStage) async throws -> [(role: Role, key: StoredKey, secret: String)] {
        for tenant in tenants {
            try await stage.vault.store.add(
                Tenant(
                    id: tenant.id, name: tenant.name, timeZone: tenant.zone, onDisabled: tenant.policy,
                    addresses: [try MailAddress(tenant.mail)], createdAt: stage.clock.now))
        }
        var entered: [(Role, StoredKey, String)] = []
        for role in roles(stage.vault.catalogue.providers) {
            let secret = try stage.simulator.newKey(for: role.provider)
            try await stage.simulator.set(provider: role.provider, key: secret, scenario: .valid)
            let new = try NewKey(
                tenantID: role.tenant, provider: role.provider, label: role.label,
                params: role.provider == "azure_openai" ? ["resource": "\(role.tenant)-ai"] : [:],
                expiresAt: role.expiresInDays.map { stage.clock.now.addingTimeInterval($0 * 86_400) })
            let (key, _) = try await stage.vault.add(new, secret: SecretBytes(copying: secret.utf8))
            entered.append((role, key, secret))
        }
        return entered
    }
}
