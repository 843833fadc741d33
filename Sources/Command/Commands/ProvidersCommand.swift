internal import ArgumentParser
internal import Foundation
internal import KeyVigil

struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "Whose keys can be checked, how, and what each answer means.",
        subcommands: [List.self, Show.self, Check.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All providers, those of the operator's catalogue included.",
            discussion: "VECTORS counts the recorded answers that `keyvigil providers check` holds against each.")
        @OptionGroup var common: CommonOptions

        func run() throws {
            let session = try Session(common)
            let views = try session.catalogue().providers.map { try ProviderView($0, session.settings) }
            guard !common.json else { return views.forEach { $0.printLine() } }
            var table = TextTable("PROVIDER", "NAME", "CAPABILITIES", "PARAMETERS", "KEY TYPES", "VECTORS", "ENABLED")
            for view in views { view.add(to: &table) }
            table.print()
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One provider: the request, the rules, the rates, and what the settings change.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The provider's id.")
        var provider: String

        func run() throws {
            let session = try Session(common)
            let catalogue = try session.catalogue()
            guard let known = catalogue[provider] else {
                throw InvalidInput(
                    "there is no such provider; known are \(catalogue.providers.map(\.id).joined(separator: ", "))")
            }
            let view = try ProviderView(known, session.settings)
            common.json ? try view.printDocument() : view.print()
        }
    }
}
