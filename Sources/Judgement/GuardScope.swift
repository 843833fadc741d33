internal import Vocabulary

/// The set of keys that has a breaker, a cap and a baseline of its own: a provider's keys of one type over all hosts,
/// and where the catalogue lists hosts to choose from, also those of each host (ruling 3).
package struct GuardScope: Sendable, Hashable, Comparable {
    /// The provider's id.
    package let provider: String
    /// The catalogue's name for the shape of key; `standard` for most providers.
    package let keyType: String
    /// One of the hosts that the catalogue lists; empty: all hosts.
    package let host: String

    /// The scope of a provider's keys of this type; without `host`, over all hosts.
    package init(provider: String, keyType: String, host: String = "") {
        self.provider = provider
        self.keyType = keyType
        self.host = host
    }

    /// The scope of the same keys over all hosts.
    package var overAllHosts: GuardScope { GuardScope(provider: provider, keyType: keyType) }

    /// Every scope that a key of this one counts in, the widest first. A key is held where any of them holds it.
    package var all: [GuardScope] { host.isEmpty ? [self] : [overAllHosts, self] }

    /// Its name among the provider's scopes, for people: `standard`, `standard at api.example.com`.
    package var name: String { host.isEmpty ? keyType : "\(keyType) at \(host)" }

    /// Orders by provider, then key type, then host.
    package static func < (one: GuardScope, other: GuardScope) -> Bool {
        (one.provider, one.keyType, one.host) < (other.provider, other.keyType, other.host)
    }
}
