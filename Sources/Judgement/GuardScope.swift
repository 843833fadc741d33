internal import Vocabulary

/// What breaker, cap and baseline are kept for: a provider's keys of one type over all hosts, and where the catalogue lists
/// hosts to choose from, also those of each (ruling 3).
package struct GuardScope: Sendable, Hashable, Comparable {
    /// The provider's id.
    package let provider: String
    /// The catalogue's name for the shape of key; `standard` for most providers.
    package let keyType: String
    /// One of the hosts that the catalogue lists; empty: all hosts.
    package let host: String

    /// A scope.
    package init(provider: String, keyType: String, host: String = "") {
        self.provider = provider
        self.keyType = keyType
        self.host = host
    }

    /// The same over all hosts.
    package var overAllHosts: GuardScope { GuardScope(provider: provider, keyType: keyType) }

    /// Every scope that a key of this one counts in, the widest first; what holds in one holds it.
    package var all: [GuardScope] { host.isEmpty ? [self] : [overAllHosts, self] }

    /// What tells it from the provider's others, for people: `standard`, `standard at api.example.com`.
    package var name: String { host.isEmpty ? keyType : "\(keyType) at \(host)" }

    /// By provider, then key type, then host.
    package static func < (one: GuardScope, other: GuardScope) -> Bool {
        (one.provider, one.keyType, one.host) < (other.provider, other.keyType, other.host)
    }
}
