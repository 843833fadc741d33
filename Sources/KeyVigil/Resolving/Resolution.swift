/// Which key a platform should use now, and why.
public struct Resolution: Sendable, Equatable {
    /// Who the key belongs to.
    public enum Source: String, Sendable {
        /// The tenant's own: ``Resolution/keyID``.
        case tenant
        /// The platform's own, which keyvigil does not store.
        case platform
        /// There is no key to use: by the tenant's policy, calls fail until the tenant corrects its key.
        case none
    }

    /// Who the key belongs to.
    public let source: Source
    /// The id of the tenant's key; nil for other sources.
    public let keyID: String?
    /// The provider of the tenant's key; for other sources, the provider that was asked for, or nil for a capability.
    public let provider: String?
    /// Why, in words of this program that hold no text of the tenant.
    public let reason: String
}

extension Resolution {
    /// Chooses among scopes, most specific first: the first that has a usable key decides. A pure function.
    ///
    /// - Parameters:
    ///   - policy: what happens where a scope has keys and none is usable.
    ///   - provider: the provider that was asked for; nil for a capability.
    init(of levels: [ScopeLevel], policy: Tenant.DisabledPolicy, provider: String?) {
        var passed: [String] = []
        for level in levels where !level.keys.isEmpty {
            if let best = level.best {
                let reason = ([best.reason] + passed).joined(separator: "; ")
                self.init(source: .tenant, keyID: best.key.id, provider: best.key.provider, reason: reason)
                return
            }
            guard policy == .fallback else {
                let reason = "\(level.obstacleSummary); its calls fail until \(level.remedy)"
                self.init(source: .none, keyID: nil, provider: provider, reason: reason)
                return
            }
            passed.append(level.obstacleSummary)
        }
        let reason = passed.isEmpty ? "the tenant has no key for this" : passed.joined(separator: "; ")
        self.init(platformsOwn: reason, provider: provider)
    }

    /// The platform's own key is used, for this reason.
    init(platformsOwn reason: String, provider: String?) {
        self.init(
            source: .platform, keyID: nil, provider: provider, reason: "\(reason); the platform's own key is used")
    }
}
