internal import ArgumentParser
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Tenants' stored keys. A key is read from standard input, never from an argument.",
        subcommands: [
            Add.self, List.self, Show.self, Test.self, Replace.self, SetDefault.self, Disable.self, Enable.self,
            Revoke.self, Delete.self, KeysImport.self, KeysExport.self,
        ])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Store a key from standard input; its provider is asked first.",
            discussion: "Exit status 1: the provider calls it dead; 2: it could not be told. Nothing is saved then.")
        @OptionGroup var common: CommonOptions
        @Option(help: "Whose key.")
        var tenant: String
        @Option(help: "Which provider's.")
        var provider: String
        @Option(help: "A name for people.")
        var label: String?
        @Option(help: ArgumentHelp("Whom inside the tenant it belongs to.", valueName: "kind:id"))
        var scope = ""
        @Option(help: ArgumentHelp("Endpoint parameter, such as Azure's resource.", valueName: "name=value"))
        var param: [String] = []
        @Flag(help: "Make it the default of its tenant, scope and provider.")
        var `default` = false
        @Option(help: ArgumentHelp("The known end of its life.", valueName: "date"))
        var expires: String?
        @Flag(help: "Store it without asking the provider.")
        var noProbe = false

        func run() async throws {
            let new = try NewKey(
                tenantID: tenant, provider: provider, label: label, scope: Scope(scope),
                params: EndpointParameters.parse(param), isDefault: `default`, expiresAt: expires.map(NewKey.expiry))
            let vault = try await Session(common).openVault()
            let known = try vault.provider(provider)
            let (key, observation) = try await vault.add(new, secret: SecretInput.read(), probing: !noProbe)
            guard !common.json else { return key.printJSON() }
            Terminal.say("added key \(key.id)")
            if let observation { Terminal.say(FindingMessages.message(observation, provider: known.name).text) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Stored keys.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var which: KeyFilterOptions

        func run() async throws {
            let store = try await Session(common).openStore()
            let filter = which.filter
            var table = TextTable("KEY", "TENANT", "PROVIDER", "LABEL", "HINT", "STATUS", "FINDING", "CHECKED", "DUE")
            var last = ""
            while !Terminal.hasNoReader,
                case let page = try await filter.page(after: last, in: store), let end = page.last
            {
                for key in page { common.json ? key.printJSON() : key.add(to: &table) }
                table.flow()
                last = end.id
            }
            guard !common.json else { return }
            table.isEmpty ? Terminal.say("no such keys; add one with `keyvigil keys add`") : table.print()
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One key, without the key.")
        @OptionGroup var one: OneKey

        func run() async throws {
            let key = try await Session(one.common).openStore().key(one.key)
            one.common.json ? key.printJSON() : key.print()
        }
    }

    struct Replace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replace",
            abstract: "Put the key on standard input in a stored key's place; its provider is asked first.")
        @OptionGroup var one: OneKey
        @Option(help: ArgumentHelp("The known end of the new key's life.", valueName: "date"))
        var expires: String?
        @Flag(help: "Store it without asking the provider.")
        var noProbe = false

        func run() async throws {
            let vault = try await Session(one.common).openVault()
            let expiry = try expires.map(NewKey.expiry)
            let (key, _) = try await vault.replace(
                one.key, with: SecretInput.read(), expiresAt: expiry, probing: !noProbe)
            guard !one.common.json else { return key.printJSON() }
            Terminal.say("replaced key \(key.id), now version \(key.health.version) and \(key.health.status.rawValue)")
        }
    }
}

extension KeyFilter {
    /// The next keys that the filter lets through, in order of id.
    fileprivate func page(after last: String, in store: KeyStore) async throws -> [StoredKey] {
        try await store.database.read { try KeyTable.keys(self, after: last, in: $0) }
    }
}
