internal import Database
internal import Foundation
package import Judgement
package import KeyVigil
package import Vocabulary

/// What an operator's test of a stored key found.
package struct TestedKey: Sendable {
    /// The answer as far as the negative control lets it be judged.
    package let observation: Observation
    /// The key after the answer was written.
    package let key: StoredKey
}

extension KeyVault {
    /// Probes a stored key at an operator's request, and writes the answer as a run would: controls, health, audit
    /// rows, notices, guarded by the key's version. The gap between refusals applies, and no key is disabled here.
    ///
    /// Where a run would ask a negative control, it is asked too, unless one passed lately. If it does not pass, the
    /// answer neither begins a suspicion nor enables a disabled key.
    ///
    /// - Parameter breaker: the operator's thresholds, because the answer counts for the provider's breaker.
    /// - Throws: `InvalidInput` for a key that was deleted or that no request can be made of; `DatabaseError`.
    package func test(
        _ key: StoredKey, provider: Provider, timing: Timing, breaker: Breaker.Settings
    ) async throws -> TestedKey {
        let (answer, keyType) = try await probe(key, provider: provider)
        let facts = ProviderFacts(provider, overrides[provider.id])
        var observation = answer
        var controls: [ControlResult] = []
        if answer.verdict != .unknown, let point = controlPoint(for: key, facts) {
            let asked = try await passedLately(point) ? nil : await askMadeUpKey(at: point, of: provider, like: key)
            observation = answer.judged(
                by: asked?.outcome ?? .passed, isRecovery: key.health.status == .disabled)
            controls = [asked].compactMap(\.self)
        }
        let after = try await store.record(
            observation, of: key, typed: keyType, provider: facts, beside: controls, timing: timing, breaker: breaker,
            host: listedHost(of: key, facts))
        return TestedKey(observation: observation, key: after)
    }

    private func passedLately(_ point: ControlPoint) async throws -> Bool {
        let now = store.now()
        let freshFor = point.freshFor
        return try await store.database.read { connection in
            try ControlTable.outcome(
                of: .negative, provider: point.provider, host: point.host, within: freshFor, at: now, in: connection)
                == .passed
        }
    }

    private func askMadeUpKey(
        at point: ControlPoint, of provider: Provider, like key: StoredKey
    ) async throws -> ControlResult {
        let answer = try await check(
            provider.someMadeUpKey(), provider: provider, params: EndpointParameters.read(key.params))
        return ControlResult(madeUpKeyAt: point, answer)
    }
}

extension KeyStore {
    /// Writes an observation with the controls that were asked beside it; returns the key afterwards. A key that an
    /// operator has disabled or revoked stays as it is.
    func record(
        _ observation: Observation, of key: StoredKey, typed keyType: String?, provider facts: ProviderFacts,
        beside controls: [ControlResult] = [], timing: Timing, breaker: Breaker.Settings, host: String = ""
    ) async throws -> StoredKey {
        guard key.health.isProbed else { return key }
        let provider = facts.provider
        let scope = GuardScope(
            provider: provider.id, keyType: facts.onlyKeyType ?? keyType ?? key.health.keyType, host: host)
        let now = now()
        let history = try await database.read { try BreakerTable.history(of: scope, at: now, in: $0) }
        var transition = HealthTransition(
            on: observation, of: key.health, in: scope, history: history, seesCredit: provider.probe.seesCredit,
            expiry: observation.classification.expiresAt ?? key.expiresAt, timing: timing)
        transition.health.keyType = scope.keyType
        transition.health.host = scope.host
        if try await !tenant(key.tenantID).byok { transition.health.schedule(nil) }
        let result = ProbeResult(
            due: DueKey(key: key, ciphertext: []), observation: observation, transition: transition,
            isOnTenantsHost: !facts.isHostFixed)
        let batch = Batch(results: [result], controls: controls)
        try await command { transaction in
            _ = try batch.write(updating: breaker, in: transaction)
        }
        return try await self.key(key.id)
    }
}
