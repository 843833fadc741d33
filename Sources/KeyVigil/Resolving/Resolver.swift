internal import Database
internal import Foundation
public import Vocabulary

/// Tells which key the platform should use now (ruling 32). It only reads the store: it needs no key ring and sends
/// no request to a provider.
public struct Resolver: Sendable {
    /// What the platform needs a key for.
    public enum Wanted: Sendable {
        /// This provider, by its id.
        case provider(String)
        /// Any live provider that has this capability.
        case capability(Provider.Capability)
    }

    private let store: KeyStore
    private let catalogue: Catalogue
    private let overrides: [String: ProviderOverride]
    private let skipsExhausted: Bool

    /// A resolver. It does not use keys of providers that `catalogue` lacks or `overrides` disable.
    ///
    /// - Parameters:
    ///   - store: the store that has the keys.
    ///   - catalogue: the providers.
    ///   - overrides: the operator's settings by provider id.
    ///   - skipsExhausted: whether keys without credit are skipped (`policy.exhausted: skip`).
    public init(
        store: KeyStore, catalogue: Catalogue, overrides: [String: ProviderOverride] = [:], skipsExhausted: Bool = false
    ) {
        self.store = store
        self.catalogue = catalogue
        self.overrides = overrides
        self.skipsExhausted = skipsExhausted
    }

    /// The key to use: the best one of the first scope that has a usable key.
    ///
    /// - Parameters:
    ///   - tenantID: the tenant for which the platform makes the call.
    ///   - wanted: what the platform needs a key for.
    ///   - scopes: most specific first. Keys without a scope come last; keys of other scopes are not used.
    /// - Throws: `InvalidInput` for an unknown tenant, and for a provider that is unknown or only planned.
    ///   `DatabaseError` where the store fails.
    public func resolve(tenantID: String, _ wanted: Wanted, scopes: [Scope] = []) async throws -> Resolution {
        switch wanted {
        case .provider(let id):
            guard catalogue.contains(id) else { throw catalogue.absence(of: id) }
            return try await answer(tenantID: tenantID, providers: [id], asked: id, scopes: scopes)
        case .capability(let capability):
            let able = catalogue.providers.filter { $0.capabilities.contains(capability) }
            return try await answer(tenantID: tenantID, providers: able.map(\.id), asked: nil, scopes: scopes)
        }
    }

    /// The key to use now for the tenant, provider and scope of `key`; it may be the same one.
    ///
    /// - Throws: `InvalidInput` where the tenant was removed, `DatabaseError` where the store fails.
    public func resolve(inPlaceOf key: StoredKey) async throws -> Resolution {
        try await answer(tenantID: key.tenantID, providers: [key.provider], asked: key.provider, scopes: [key.scope])
    }

    private func answer(
        tenantID: String, providers: [String], asked provider: String?, scopes: [Scope]
    ) async throws -> Resolution {
        let now = store.now()
        return try await store.database.read { connection in
            let tenant = try TenantTable.require(tenantID, in: connection)
            guard tenant.byok else {
                return Resolution(platformsOwn: "this tenant may not bring keys (BYOK is off)", provider: provider)
            }
            let levels = try (scopes.filter { $0 != .none } + [.none]).map { scope in
                let keys = try KeyTable.candidates(of: tenantID, in: scope, providers: providers, in: connection)
                return ScopeLevel(scope: scope, keys: keys.map { candidate($0, at: now) })
            }
            return Resolution(of: levels, policy: tenant.onDisabled, provider: provider)
        }
    }

    private func candidate(_ key: StoredKey, at now: Date) -> CandidateKey {
        let isLive = catalogue.contains(key.provider) && overrides[key.provider]?.enabled != false
        return CandidateKey(key, isLive: isLive, skipsExhausted: skipsExhausted, now: now)
    }
}

extension KeyTable {
    fileprivate static func candidates(
        of tenantID: String, in scope: Scope, providers: [String], in connection: Connection
    ) throws -> [StoredKey] {
        try connection.query(
            """
            SELECT \(StoredKey.columns) FROM stored_key k JOIN key_health h ON h.key_id = k.id
            WHERE k.tenant_id = $1 AND k.scope_kind = $2 AND k.scope_id = $3
                AND \(connection.dialect.isListed("k.provider", in: "$4"))
            """,
            [
                .text(tenantID), .text(scope.kind), .text(scope.id), .text(providers.joined(separator: ",")),
            ], StoredKey.init)
    }
}
