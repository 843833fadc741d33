internal import KeyVigil
internal import Revalidation
internal import Vocabulary

/// The catalogue's providers for `providers list`: live ones, planned ones, and those that are not supported.
struct ProviderList {
    let live: [ProviderView]
    let planned: [PlannedProvider]
    let unsupported: [UnsupportedProvider]

    func print() {
        var table = TextTable("PROVIDER", "NAME", "PARAMETERS", "A REFUSED KEY IS", "VECTORS", "ENABLED")
        for view in live { view.add(to: &table) }
        table.print()
        if !planned.isEmpty { Terminal.say("\nPlanned, not live yet") }
        for provider in planned { Terminal.say("  \(provider.id)  \(Printable(provider.name, limit: 80))") }
        if !unsupported.isEmpty { Terminal.say("\nNot supported") }
        for provider in unsupported {
            WrappedText("\(provider.name): \(provider.reason)", start: "  \(provider.id)  ").lines
                .forEach { Terminal.say($0) }
        }
    }

    func printJSON() {
        live.forEach { $0.printLine() }
        for provider in planned {
            printLine(
                id: provider.id, name: provider.name, capabilities: provider.capabilities, file: provider.file,
                isPlanned: true)
        }
        for provider in unsupported { printLine(id: provider.id, name: provider.name, reason: provider.reason) }
    }

    /// The JSON line of a provider that is not live.
    private func printLine(
        id: String, name: String, capabilities: [Provider.Capability] = [], file: String? = nil,
        isPlanned: Bool = false, reason: String? = nil
    ) {
        JSONLine.print([
            "id": .text(id), "name": .text(name), "capabilities": .list(capabilities.map(\.rawValue)),
            "parameters": .list([]), "key_types": .list([]), "vectors": .number(0), "enabled": .flag(false),
            "catalogue": .text(file), "disables": .flag(false), "paid": .flag(false),
            "probe_allowed": .flag(false), "planned": .flag(isPlanned), "unsupported": .text(reason),
        ])
    }
}
