internal import Database
internal import Foundation
public import KeyVigil

extension KeyStore {
    /// Writes an observation that a person asked for (`keys test`) as a run would: health, audit rows, notices, guarded
    /// by the key's version. Gaps apply, and nothing is disabled here. Returns the key as it stands then.
    public func record(
        _ observation: Observation, of key: StoredKey, provider: Provider, timing: Timing,
        brake: Brake.Settings = Brake.Settings()
    ) async throws -> StoredKey {
        guard key.health.status == .active || key.health.disabling?.by == .job else { return key }
        let facts = ProviderFacts(provider, baseURL: provider.baseURL)
        let (scope, now) = (
            GuardScope(provider: provider.id, keyType: facts.onlyKeyType ?? key.health.keyType), now()
        )
        let standing = try await database.read { try $0.standing(of: scope, at: now) }
        var ruling = Ruling(
            on: observation, of: key.health, in: scope, standing: standing, seesCredit: provider.probe.seesCredit,
            expiry: key.expiresAt, timing: timing)
        ruling.health.keyType = scope.keyType
        if try await !tenant(key.tenantID).byok { ruling.health.nextProbeAt = nil }
        let batch = Batch(results: [
            Judged(
                due: DueKey(key: key, ciphertext: []), observation: observation, ruling: ruling,
                isOnTenantsHost: !provider.isHostFixed)
        ])
        try await command { connection, chain, _ in
            chain = try batch.write(to: connection, chain, brake, now: now).chain
        }
        return try await self.key(key.id)
    }
}
