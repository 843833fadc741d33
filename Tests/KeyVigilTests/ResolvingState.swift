import Foundation
import KeyVigil
import TestSupport
import Vocabulary

/// The stored health of a key, as far as resolving depends on it.
enum ResolvingState: String, CaseIterable {
    case valid, validLater, restricted, exhausted, unchecked, suspected, ended, refused, disabled, off, revoked
    case undecryptable

    static let start = Date(timeIntervalSince1970: 1_772_000_000)

    func apply(to health: inout KeyHealth) {
        health.lastConclusiveAt = Self.start
        health.aliveAt = Self.start
        health.lastFinding = .valid
        switch self {
        case .valid, .ended: break
        case .validLater: health.lastConclusiveAt = Self.start + 60
        case .restricted: health.lastFinding = .restricted
        case .exhausted: _ = health.runOutOfCredit(at: Self.start)
        case .unchecked: health.lastFinding = .rateLimited
        case .suspected: health.suspect(since: Self.start)
        case .refused: health.lastFinding = .invalid
        case .disabled: health.disableByJob(at: Self.start)
        case .off: try? health.disable(at: Self.start)
        case .revoked: health.revoke()
        case .undecryptable: health.lastFinding = .undecryptable
        }
    }
}

extension KeysFixture {
    /// Stores a tenant's keys and returns their ids in the same order.
    func hold(_ keys: [ResolvingTests.Held], tenant: String = "acme") async throws -> [String] {
        var ids: [String] = []
        for held in keys {
            let key = try await add(
                provider: held.provider, tenant: tenant, scope: held.scope, isDefault: held.isDefault)
            try await set(key.id) { held.state.apply(to: &$0) }
            if held.state == .ended {
                try await execute(
                    "UPDATE stored_key SET expires_at = '2020-01-01T00:00:00.000Z' WHERE id = '\(key.id)'")
            }
            ids.append(key.id)
        }
        return ids
    }

    func resolver(_ overrides: [String: ProviderOverride] = [:], skipsExhausted: Bool = false) -> Resolver {
        Resolver(store: store, catalogue: vault.catalogue, overrides: overrides, skipsExhausted: skipsExhausted)
    }
}
