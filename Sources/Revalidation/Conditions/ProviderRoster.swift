public import KeyVigil

/// What this program knows of providers, as far as the store's numbers depend on it.
public struct ProviderRoster: Sendable {
    /// Ids that it can probe, switched off or not.
    public let known: [String]
    /// Ids that the settings switch off, and those that are only planned.
    public let switchedOff: [String]
    /// Ids whose probes are paid ones, which the settings do not allow.
    public let unpaid: [String]
    /// Both: their keys count nowhere.
    public var off: [String] { (switchedOff + unpaid).sorted() }
    /// Ids that it probes: keys of others are never due.
    public let live: [String]
    /// Ids whose keys are asked on hosts of the tenants' own.
    public let onTenantsHosts: Set<String>
    /// Ids that have an answer for keys of a retired type.
    let retiring: Set<String>
    /// Ids that have a refusal which never switches a key off.
    let sparing: Set<String>

    /// The catalogue as the operator's settings leave it.
    public init(_ catalogue: Catalogue, _ overrides: [String: ProviderOverride]) {
        let providers = catalogue.providers
        known = providers.map(\.id)
        let (off, unpaid) = (
            Set(overrides.filter { !$0.value.enabled }.map(\.key) + catalogue.planned.map(\.id)),
            Set(providers.filter { !$0.isProbeAllowed }.map(\.id))
        )
        switchedOff = off.sorted()
        self.unpaid = unpaid.subtracting(off).sorted()
        live = known.filter { !off.contains($0) && !unpaid.contains($0) }
        let open = providers.filter { !$0.isHostFixed && overrides[$0.id]?.baseURL == nil }
        onTenantsHosts = Set(open.map(\.id))
        let retired = providers.filter { $0.rules.contains { $0.finding == .keyTypeRetired } }
        retiring = Set(retired.map(\.id))
        let spared = providers.filter { provider in
            provider.rules.contains { $0.finding.verdict == .dead && $0.strength == .never }
        }
        sparing = Set(spared.map(\.id))
    }
}
