internal import ArgumentParser
internal import KeyVigil
internal import Vocabulary

struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Which key the platform should use now, and why.",
        discussion: """
            The first scope with a usable key decides, keys without a scope last. It answers with a key's id, never with \
            the key. Exit status 1: none, as the tenant's policy is to fail until it has replaced its key.
            """)
    @OptionGroup var common: CommonOptions
    @Option(help: "Whose call it is.")
    var tenant: String
    @Option(help: "For which provider.")
    var provider: String?
    @Option(help: "For any provider that can do this, such as voice, in place of --provider.")
    var capability: String?
    @Option(help: ArgumentHelp("Whom inside the tenant it is for; most specific first.", valueName: "kind:id"))
    var scope: [String] = []

    func validate() throws {
        guard (provider == nil) != (capability == nil) else {
            throw ValidationError("say either --provider or --capability")
        }
    }

    func run() async throws {
        let session = try Session(common)
        let wanted = try wanted()
        let scopes = try scope.map(Scope.init)
        let resolver = try await session.resolver(for: session.openStore())
        let resolution = try await resolver.resolve(tenantID: tenant, wanted, scopes: scopes)
        common.json ? JSONLine.print(resolution.jsonFields) : Terminal.say(resolution.sentence)
        if resolution.source == .none { throw ExitCode(1) }
    }

    private func wanted() throws -> Resolver.Wanted {
        guard let capability else { return .provider(provider ?? "") }
        guard let known = Provider.Capability(rawValue: capability) else {
            let all = Provider.Capability.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidInput("there is no such capability; they are \(all)")
        }
        return .capability(known)
    }
}
