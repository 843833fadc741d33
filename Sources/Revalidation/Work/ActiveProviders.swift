internal import KeyVigil

/// The catalogue's providers by how this program treats their keys: whether it probes and counts them.
package struct ActiveProviders: Sendable {
    /// Ids of all providers that the catalogue can probe, including those that the settings disable.
    package let known: [String]
    /// Ids of providers that the settings disable or the catalogue only plans; sorted.
    package let disabled: [String]
    /// Stored providers whose probes cost money, which the settings do not allow; sorted.
    package let unpaid: [String]
    /// ``switchedOff`` and ``unpaid``: their keys are not counted as enabled.
    package var notProbed: [String] { (disabled + unpaid).sorted() }
    /// Stored providers that a run probes. Keys of all others are never due.
    package let live: [String]
    /// Stored providers whose keys are probed on tenants' own hosts.
    package let onTenantsHosts: Set<String>
    /// Stored providers with a rule that recognises keys of a retired type.
    let withRetiredTypes: Set<String>
    /// Stored providers with a rule for refusals that never disable a key.
    let withHarmlessRefusals: Set<String>

    /// Applies the operator's settings to the catalogue.
    ///
    /// - Parameter stored: ids of providers for which the store holds keys or controls; other entries are not read.
    init(_ catalogue: Catalogue, _ overrides: [String: ProviderOverride], stored: Set<String>) {
        known = catalogue.ids
        let providers = known.filter(stored.contains).compactMap { catalogue[$0] }
        let off = Set(overrides.filter { !$0.value.enabled }.map(\.key) + catalogue.planned.map(\.id))
        let unpaid = Set(providers.filter { !$0.isProbeAllowed }.map(\.id))
        disabled = off.sorted()
        self.unpaid = unpaid.subtracting(off).sorted()
        live = providers.map(\.id).filter { !off.contains($0) && !unpaid.contains($0) }
        let open = providers.filter { !$0.isHostFixed(under: overrides[$0.id]) }
        onTenantsHosts = Set(open.map(\.id))
        let retired = providers.filter { $0.rules.contains { $0.finding == .keyTypeRetired } }
        withRetiredTypes = Set(retired.map(\.id))
        let spared = providers.filter { provider in
            provider.rules.contains { $0.finding.verdict == .dead && $0.strength == .never }
        }
        withHarmlessRefusals = Set(spared.map(\.id))
    }
}
