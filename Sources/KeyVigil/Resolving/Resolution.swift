/// Which key a platform should use now, and why.
public struct Resolution: Sendable, Equatable {
    /// Whose key it is.
    public enum Source: String, Sendable {
        /// The tenant's own: ``Resolution/keyID``.
        case tenant
        /// The platform's own, which keyvigil does not keep.
        case platform
        /// Nobody's: by the tenant's policy its calls fail until it has mended its key.
        case none
    }

    /// Whose key it is.
    public let source: Source
    /// The tenant's key; nil where it is not the tenant's.
    public let keyID: String?
    /// The key's provider; without a key the one that was asked for, nil where a capability was.
    public let provider: String?
    /// Why, in a sentence of ours that holds no text of the tenant's.
    public let reason: String
}

extension Resolution {
    /// The answer of scopes, most specific first: the first that has a usable key decides. Pure: nothing but its
    /// arguments decides.
    ///
    /// - Parameters:
    ///   - policy: what a scope means whose keys are all out of use.
    ///   - provider: which one was asked for.
    init(of levels: [ScopeLevel], policy: Tenant.DisabledPolicy, provider: String?) {
        var passed: [String] = []
        for level in levels where !level.keys.isEmpty {
            if let best = level.best {
                let reason = ([best.reason] + passed).joined(separator: "; ")
                self.init(source: .tenant, keyID: best.key.id, provider: best.key.provider, reason: reason)
                return
            }
            guard policy == .fallback else {
                let reason = "\(level.complaint); its calls fail until \(level.remedy)"
                self.init(source: .none, keyID: nil, provider: provider, reason: reason)
                return
            }
            passed.append(level.complaint)
        }
        let reason = passed.isEmpty ? "the tenant has no key for this" : passed.joined(separator: "; ")
        self.init(platformsOwn: reason, provider: provider)
    }

    /// The platform's own key, for this reason.
    init(platformsOwn reason: String, provider: String?) {
        self.init(
            source: .platform, keyID: nil, provider: provider, reason: "\(reason); the platform's own key is used")
    }
}
