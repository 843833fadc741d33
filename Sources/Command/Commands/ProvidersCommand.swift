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
            let list = ProviderList(
                live: try catalogue.providers
                    .filter { isWanted(id: $0.id, name: $0.name, capabilities: $0.capabilities) }
                    .map { try ProviderView($0, session.settings) },
                planned: catalogue.planned.filter {
                    isWanted(id: $0.id, name: $0.name, capabilities: $0.capabilities)
                },
                unsupported: catalogue.unsupported.filter { isWanted(id: $0.id, name: $0.name, capabilities: []) })
            common.json ? list.printJSON() : list.print()
        }

        private func isWanted(id: String, name: String, capabilities: [Provider.Capability]) -> Bool {
            let holdsWord = word.map { word in [id, name].contains { $0.lowercased().contains(word.lowercased()) } }
            return holdsWord ?? true && capability.map(capabilities.map(\.rawValue).contains) ?? true
        }
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
                throw catalogue.absence(of: provider)
            }
            let view = try ProviderView(known, session.settings)
            common.json ? try view.printDocument() : view.print()
        }
    }
}
