internal import ArgumentParser
internal import Foundation
internal import KeyVigil
internal import Secrets
internal import Vocabulary

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Ask a provider about one key; nothing is stored.",
        discussion: """
            The key comes from standard input with -, else from KEYVIGIL_KEY or the variable that check.key_variable \
            names, else from the settings (providers.NAME.check_key), else from the rc file that check.rc_file names, \
            else it is the platform's own (providers.NAME.platform_key), else from a pipe or a prompt.

            Exit status 0: alive, 1: dead, 2: unknown; with --deep 3: alive, but no credit was seen. One line on \
            standard error says why. Where the key is alive, the same is asked without a key: an endpoint that answers \
            everybody proves nothing.
            """)
    @OptionGroup var common: CommonOptions
    @Option(help: "Which provider's key.")
    var provider: String
    @Option(help: ArgumentHelp("Endpoint parameter, such as Azure's resource.", valueName: "name=value"))
    var param: [String] = []
    @Flag(help: "Prove that credit is left too, whatever `providers show` says that it costs.")
    var deep = false
    @Argument(help: ArgumentHelp("- reads the key from standard input.", valueName: "-"))
    var input: String?

    func validate() throws {
        guard input == nil || input == "-" else {
            throw ValidationError("a key is never an argument: pipe it in, or set KEYVIGIL_KEY")
        }
    }

    func run() async throws {
        let session = try Session(common)
        let catalogue = try session.catalogue()
        let known = try known(in: catalogue)
        if deep { Terminal.error("keyvigil: a deep check at \(known.name) costs \(known.probe.cost ?? "nothing")") }
        let checked = try await ask(known, of: catalogue, in: session)
        TestStop.afterProbe()
        common.json ? checked.printJSON(of: known, deep: deep) : Terminal.say(checked.sentence(known))
        if let complaint = checked.complaint(known, deep: deep) { Terminal.error("keyvigil: \(complaint)") }
        throw ExitCode(checked.exitStatus(deep: deep))
    }

    /// The provider, with the deep probe in place of its own where that is wanted.
    private func known(in catalogue: Catalogue) throws -> Provider {
        guard let known = catalogue[provider] else { throw catalogue.absence(of: provider) }
        guard deep else { return known }
        guard let deeply = known.deeplyProbed(paying: true) else {
            throw InvalidInput("\(known.name) has no deep probe: nothing known tells of its credit; leave out --deep")
        }
        return deeply
    }

    /// The key is in memory only until this returns.
    private func ask(_ known: Provider, of catalogue: Catalogue, in session: Session) async throws -> CheckedKey {
        let (secret, level) = try key(by: session.settings)
        let settings = session.settings
        let probe = KeyProbe(
            catalogue: catalogue, overrides: settings.overrides, client: try session.httpClient(forgetting: true),
            timeout: settings.timeout, now: TestClock.now ?? { Date() })
        let observation = try await probe.prove(secret, provider: known, params: EndpointParameters.parse(param))
        let shown = secret.withBytes { KeyDisplay(of: $0, shapes: known.keyShapes, settings: settings.display) }
        return CheckedKey(observation: observation, level: level, prefix: shown.prefix)
    }

    /// With `-` the key comes from a pipe or the prompt alone; otherwise these come last (ruling 33).
    private func key(by settings: Settings) throws -> (secret: SecretBytes, level: KeyLevels.Level) {
        if input == "-" { return (try SecretInput.read(), .explicit) }
        let checkKeys = settings.checkKeys
        let platformKeys = settings.platformKeys
        let levels = KeyLevels(
            settings: { try checkKeys[$0]?.read() }, variable: settings.keyVariable,
            environment: settings.environment, rcFile: settings.rcFile, platform: { try platformKeys[$0]?.read() })
        let order: [KeyLevels.Level] = [.environment, .settings, .rcFile, .platform]
        return try levels.key(of: provider, in: order) ?? (try SecretInput.read(), .explicit)
    }
}
