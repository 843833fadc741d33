internal import KeyVigil

/// What brake, cap and baseline are kept for: a provider's keys of one type over all hosts, and where the catalogue lists
/// hosts to choose from, also those of each (ruling 3).
public struct GuardScope: Sendable, Hashable, Comparable {
    /// The provider's id.
    public let provider: String
    /// The catalogue's name for the shape of key; `standard` for most providers.
    public let keyType: String
    /// One of the hosts that the catalogue lists; empty: all hosts.
    public let host: String

    /// A scope.
    public init(provider: String, keyType: String, host: String = "") {
        self.provider = provider
        self.keyType = keyType
        self.host = host
    }

    /// What the guard keeps this key under.
    init(_ key: StoredKey, _ health: KeyHealth) {
        self.init(provider: key.provider, keyType: health.keyType, host: health.host)
    }

    /// The same over all hosts.
    public var overAllHosts: GuardScope { GuardScope(provider: provider, keyType: keyType) }

    /// Every scope that a key of this one counts in, the widest first; what holds in one holds it.
    public var all: [GuardScope] { host.isEmpty ? [self] : [overAllHosts, self] }

    /// What tells it from the provider's others, for people: `standard`, `standard at api.example.com`.
    public var name: String { host.isEmpty ? keyType : "\(keyType) at \(host)" }

    /// By provider, then key type, then host.
    public static func < (one: GuardScope, other: GuardScope) -> Bool {
        (one.provider, one.keyType, one.host) < (other.provider, other.keyType, other.host)
    }
}
