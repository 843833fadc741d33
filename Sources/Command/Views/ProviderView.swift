internal import Foundation
internal import KeyVigil

/// A provider as the job uses it: the catalogue's entry with the settings over it. Does not hold the canary key.
struct ProviderView {
    let provider: Provider
    let override: ProviderOverride
    let hasCanary: Bool
    let answerCount: Int
    /// The setting `confirmation.gap`, in seconds: the least time between two refusals that count.
    let gap: TimeInterval
    let url: String
    /// The deep probe's address; nil where there is no deep probe.
    let deepURL: String?

    init(_ provider: Provider, _ settings: Settings) throws {
        self.provider = provider
        override = settings.overrides[provider.id] ?? ProviderOverride()
        hasCanary = settings.canaries[provider.id] != nil
        answerCount =
            provider.vectors.isEmpty
            ? try AnswerVector.embedded().count { $0.provider == provider.id } : provider.vectors.count
        gap = settings.timing.gap
        do {
            url = try provider.endpointPattern(baseURL: override.baseURL)
            deepURL = try provider.deepProbe.flatMap { _ in provider.deeplyProbed(paying: true) }?
                .endpointPattern(baseURL: override.baseURL)
        } catch {
            throw SettingsError("\(error)")
        }
    }

    var rate: Double { override.ratePerSecond ?? provider.ratePerSecond }
    var tenantRate: Double { override.tenantRatePerSecond ?? provider.tenantRatePerSecond }
    var keyTypes: [String] { Set(provider.keyShapes.map(\.type)).sorted() }
    var isHostFixed: Bool { provider.isHostFixed || override.baseURL?.contains("{") == false }
    /// Whether a parameter selects one of the hosts that the catalogue lists.
    var hasListedHosts: Bool { isHostFixed && url.split(separator: "/").prefix(2).contains { $0.contains("{") } }

    /// Settings that differ from the catalogue, by their names in the settings file.
    var overridden: [String] {
        [
            ("base_url", override.baseURL != nil), ("rate_per_second", override.ratePerSecond != nil),
            ("tenant_rate_per_second", override.tenantRatePerSecond != nil), ("enabled", !override.enabled),
            ("canary_key", hasCanary),
        ].filter(\.1).map(\.0)
    }

    func add(to table: inout TextTable) {
        table.add(
            provider.id, provider.name, list(provider.parameters.map(\.name)),
            provider.canDisable ? "disabled" : "reported", String(answerCount), state)
    }

    func printLine() {
        JSONLine.print([
            "id": .text(provider.id), "name": .text(provider.name),
            "capabilities": .list(provider.capabilities.map(\.rawValue)),
            "parameters": .list(provider.parameters.map(\.name)), "key_types": .list(keyTypes),
            "vectors": .number(answerCount), "enabled": .flag(override.enabled), "catalogue": .text(provider.file),
            "disables": .flag(provider.canDisable), "paid": .flag(provider.probe.isPaid),
            "probe_allowed": .flag(provider.isProbeAllowed), "planned": .flag(false), "unsupported": .text(nil),
        ])
    }

    private var state: String {
        guard override.enabled else { return "no" }
        return provider.isProbeAllowed ? "yes" : "no, paid"
    }

    private func list(_ words: [String]) -> String? { words.isEmpty ? nil : words.joined(separator: ", ") }
}
