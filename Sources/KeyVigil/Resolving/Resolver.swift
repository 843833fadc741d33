internal import Database
internal import Foundation
public import Vocabulary

/// Answers which key the platform should use now. Reads the store alone: it needs no key ring and asks no provider.
public struct Resolver: Sendable {
    /// What the platform needs a key for.
    public enum Wanted: Sendable {
        /// This provider, by its id.
        case provider(String)
        /// Any live provider that can do this.
        case capability(Provider.Capability)
    }

    private let store: KeyStore
    private let catalogue: Catalogue
    private let overrides: [String: ProviderOverride]
    private let skipsExhausted: Bool

    /// A resolver. Keys of providers that `catalogue` does not have, or `overrides` switch off, are not used.
    ///
    /// - Parameters:
    ///   - store: where the keys are.
    ///   - catalogue: what can be resolved.
    ///   - overrides: the operator's settings by provider id.
    ///   - skipsExhausted: whether keys without credit are passed over (`policy.exhausted: skip`).
    public init(
        store: KeyStore, catalogue: Catalogue, overrides: [String: ProviderOverride] = [:], skipsExhausted: Bool = false
    ) {
        self.store = store
        self.catalogue = catalogue
        self.overrides = overrides
        self.skipsExhausted = skipsExhausted
    }

    /// The key to use: that of the first scope which has a usable one.
    ///
    /// - Parameters:
    ///   - tenantID: whose call it is.
    ///   - wanted: what the platform needs a key for.
    ///   - scopes: most specific first; keys without a scope come last, those of other scopes not at all.
    /// - Throws: `InvalidInput` for a tenant or provider that there is not, or that is planned.
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

    /// The key to use now where this one is or was asked for, be it the same.
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
