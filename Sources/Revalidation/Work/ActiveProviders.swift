internal import KeyVigil

/// What this program knows of providers, as far as the store's numbers depend on it.
package struct ActiveProviders: Sendable {
    /// Ids that it can probe, switched off or not.
    package let known: [String]
    /// Ids that the settings switch off, and those that are only planned.
    package let switchedOff: [String]
    /// Stored ones whose probes are paid ones, which the settings do not allow.
    package let unpaid: [String]
    /// Both: their keys count nowhere.
    package var off: [String] { (switchedOff + unpaid).sorted() }
    /// Stored ones that it probes: keys of others are never due.
    package let live: [String]
    /// Stored ones whose keys are asked on hosts of the tenants' own.
    package let onTenantsHosts: Set<String>
    /// Stored ones that have an answer for keys of a retired type.
    let retiring: Set<String>
    /// Stored ones that have a refusal which never switches a key off.
    let sparing: Set<String>

    /// The catalogue as the operator's settings leave it.
    ///
    /// - Parameter stored: ids of which the store has keys or knows something else; entries of others are not read.
    init(_ catalogue: Catalogue, _ overrides: [String: ProviderOverride], stored: Set<String>) {
        known = catalogue.ids
        let providers = known.filter(stored.contains).compactMap { catalogue[$0] }
        let (off, unpaid) = (
            Set(overrides.filter { !$0.value.enabled }.map(\.key) + catalogue.planned.map(\.id)),
            Set(providers.filter { !$0.isProbeAllowed }.map(\.id))
        )
        switchedOff = off.sorted()
        self.unpaid = unpaid.subtracting(off).sorted()
        live = providers.map(\.id).filter { !off.contains($0) && !unpaid.contains($0) }
        let open = providers.filter { !$0.isHostFixed(under: overrides[$0.id]) }
        onTenantsHosts = Set(open.map(\.id))
        let retired = providers.filter { $0.rules.contains { $0.finding == .keyTypeRetired } }
        retiring = Set(retired.map(\.id))
        let spared = providers.filter { provider in
            provider.rules.contains { $0.finding.verdict == .dead && $0.strength == .never }
        }
        sparing = Set(spared.map(\.id))
    }
}
