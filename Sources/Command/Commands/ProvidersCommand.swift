internal import ArgumentParser
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "Whose keys can be checked, how, and what each answer means.",
        subcommands: [List.self, Show.self, Check.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "All providers, those of the operator's catalogue included; what is planned, and not supported.",
            discussion: """
                A REFUSED KEY is disabled once that is confirmed, or only reported where no answer is known that means \
                the key and nothing else. VECTORS counts the recorded answers that `keyvigil providers check` holds \
                against each. PAID: its probe is a POST or costs something and waits for the setting probe.paid.
                """)
        @OptionGroup var common: CommonOptions
        @Option(help: "Only those that can do this, such as voice.")
        var capability: String?
        @Argument(help: ArgumentHelp("Only those whose id or name holds this.", valueName: "word"))
        var word: String?

        func validate() throws {
            let known = Provider.Capability.allCases.map(\.rawValue)
            guard capability.map(known.contains) ?? true else {
                throw ValidationError("--capability must be one of \(known.joined(separator: ", "))")
            }
        }

        func run() throws {
            let session = try Session(common)
            let catalogue = try session.catalogue()
            let views = try catalogue.providers.filter { isWanted($0.id, $0.name, $0.capabilities) }
                .map { try ProviderView($0, session.settings) }
            let planned = catalogue.planned.filter { isWanted($0.id, $0.name, $0.capabilities) }
            let unsupported = catalogue.unsupported.filter { isWanted($0.id, $0.name, []) }
            common.json ? print(json: views, planned, unsupported) : print(views, planned, unsupported)
        }

        private func isWanted(_ id: String, _ name: String, _ capabilities: [Provider.Capability]) -> Bool {
            let holdsWord = word.map { word in [id, name].contains { $0.lowercased().contains(word.lowercased()) } }
            return holdsWord ?? true && capability.map(capabilities.map(\.rawValue).contains) ?? true
        }

        private func print(
            _ views: [ProviderView], _ planned: [PlannedProvider], _ unsupported: [UnsupportedProvider]
        ) {
            var table = TextTable("PROVIDER", "NAME", "PARAMETERS", "A REFUSED KEY IS", "VECTORS", "ENABLED")
            for view in views { view.add(to: &table) }
            table.print()
            if !planned.isEmpty { Terminal.say("\nPlanned, not live yet") }
            for provider in planned { Terminal.say("  \(provider.id)  \(Printable(provider.name, limit: 80))") }
            if !unsupported.isEmpty { Terminal.say("\nNot supported") }
            for provider in unsupported {
                WrappedText("\(provider.name): \(provider.reason)", start: "  \(provider.id)  ").lines
                    .forEach { Terminal.say($0) }
            }
        }

        private func print(
            json views: [ProviderView], _ planned: [PlannedProvider], _ unsupported: [UnsupportedProvider]
        ) {
            views.forEach { $0.printLine() }
            for provider in planned {
                ProvidersCommand.printLine(
                    provider.id, provider.name, provider.capabilities, file: provider.file, isPlanned: true)
            }
            for provider in unsupported {
                ProvidersCommand.printLine(provider.id, provider.name, reason: provider.reason)
            }
        }
    }

    /// The line of a provider whose keys are not taken.
    private static func printLine(
        _ id: String, _ name: String, _ capabilities: [Provider.Capability] = [], file: String? = nil,
        isPlanned: Bool = false, reason: String? = nil
    ) {
        JSONLine.print([
            "id": .text(id), "name": .text(name), "capabilities": .list(capabilities.map(\.rawValue)),
            "parameters": .list([]), "key_types": .list([]), "vectors": .number(0), "enabled": .flag(false),
            "catalogue": .text(file), "disables": .flag(false), "paid": .flag(false),
            "probe_allowed": .flag(false), "planned": .flag(isPlanned), "unsupported": .text(reason),
        ])
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One provider: the request, the rules, the rates, and what the settings change.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The provider's id.")
        var provider: String

        func run() throws {
            let session = try Session(common)
            let catalogue = try session.catalogue()
            if let planned = catalogue.planned.first(where: { $0.id == provider }) {
                return common.json ? planned.printDocument() : planned.print()
            }
            guard let known = catalogue[provider] else {
                throw InvalidInput(catalogue.absence(of: provider))
            }
            let view = try ProviderView(known, session.settings)
            common.json ? try view.printDocument() : view.print()
        }
    }
}
