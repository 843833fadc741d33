internal import Database
internal import Foundation
package import Judgement
package import KeyVigil
package import Vocabulary

/// What `keys test` found.
package struct TestedKey: Sendable {
    /// The answer as far as the negative control lets it be judged.
    package let observation: Observation
    /// The key as it stands then.
    package let key: StoredKey
}

extension KeyVault {
    /// Asks the provider about a stored key because a person wishes it (`keys test`), and writes the answer as a run
    /// would: controls, health, audit rows, notices, guarded by the key's version. Gaps apply, and nothing is disabled
    /// here.
    ///
    /// Where a run would ask a made-up key as well it is asked, unless one was refused lately; without that the answer
    /// begins no suspicion and brings nothing back.
    ///
    /// - Parameter brake: the operator's figures, for what is found counts for the provider's brake.
    package func test(
        _ key: StoredKey, provider: Provider, timing: Timing, brake: Brake.Settings
    ) async throws -> TestedKey {
        let (answer, keyType) = try await probe(key, provider: provider)
        let facts = ProviderFacts(provider, overrides[provider.id])
        var (observation, controls) = (answer, [ControlResult]())
        if answer.verdict != .unknown, let point = controlPoint(for: key, facts) {
            let asked = try await passedLately(point) ? nil : await askMadeUpKey(point, provider, like: key)
            observation = answer.judged(
                by: asked?.outcome ?? .passed, isRecovery: key.health.status == .disabled)
            controls = [asked].compactMap(\.self)
        }
        let after = try await store.record(
            observation, of: key, typed: keyType, facts, controls, timing: timing, brake: brake,
            host: listedHost(of: key, facts))
        return TestedKey(observation: observation, key: after)
    }

    private func passedLately(_ point: ControlPoint) async throws -> Bool {
        let (now, freshFor) = (store.now(), point.freshFor)
        return try await store.database.read { connection in
            try ControlTable.outcome(
                .negative, point.provider, host: point.host, within: freshFor, at: now, in: connection) == .passed
        }
    }

    private func askMadeUpKey(
        _ point: ControlPoint, _ provider: Provider, like key: StoredKey
    ) async throws -> ControlResult {
        let answer = try await check(
            provider.someMadeUpKey(), provider: provider, params: EndpointParameters.read(key.params))
        return ControlResult(madeUpKeyAt: point, answer)
    }
}

extension KeyStore {
    /// Writes an observation with the controls that were asked beside it; returns the key as it stands then.
    func record(
        _ observation: Observation, of key: StoredKey, typed keyType: String?, _ facts: ProviderFacts,
        _ controls: [ControlResult] = [], timing: Timing, brake: Brake.Settings, host: String = ""
    ) async throws -> StoredKey {
        guard key.health.status == .active || key.health.disabling?.by == .job else { return key }
        let provider = facts.provider
        let scope = GuardScope(
            provider: provider.id, keyType: facts.onlyKeyType ?? keyType ?? key.health.keyType, host: host)
        let now = now()
        let standing = try await database.read { try BrakeTable.history(of: scope, at: now, in: $0) }
        var ruling = Ruling(
            on: observation, of: key.health, in: scope, standing: standing, seesCredit: provider.probe.seesCredit,
            expiry: observation.classification.expiresAt ?? key.expiresAt, timing: timing)
        (ruling.health.keyType, ruling.health.host) = (scope.keyType, scope.host)
        if try await !tenant(key.tenantID).byok { ruling.health.nextProbeAt = nil }
        let judged = Judged(
            due: DueKey(key: key, ciphertext: []), observation: observation, ruling: ruling,
            isOnTenantsHost: !facts.isHostFixed, details: observation.transport)
        let batch = Batch(results: [judged], controls: controls)
        try await command { transaction in
            _ = try batch.write(updating: brake, in: transaction)
        }
        return try await self.key(key.id)
    }
}
