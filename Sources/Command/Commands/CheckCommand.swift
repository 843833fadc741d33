internal import ArgumentParser
internal import Foundation
internal import KeyVigil
internal import Secrets

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Ask a provider about one key; nothing is stored.",
        discussion: """
            The key comes from standard input with -, else from KEYVIGIL_KEY, else from the rc file that check.rc_file \
            names, else from a pipe or a prompt. Exit status 0: alive, 1: dead, 2: unknown. Where the key is alive, the \
            same is asked without a key: an endpoint that answers everybody proves nothing.
            """)
    @OptionGroup var common: CommonOptions
    @Option(help: "Which provider's key.")
    var provider: String
    @Option(help: ArgumentHelp("Endpoint parameter, such as Azure's resource.", valueName: "name=value"))
    var param: [String] = []
    @Flag(help: "Not available in this version.")
    var deep = false
    @Argument(help: ArgumentHelp("- reads the key from standard input.", valueName: "-"))
    var input: String?

    func validate() throws {
        guard !deep else { throw ValidationError("--deep is not available in this version") }
        guard input == nil || input == "-" else {
            throw ValidationError("a key is never an argument: pipe it in, or set KEYVIGIL_KEY")
        }
    }

    func run() async throws {
        let session = try Session(common)
        let catalogue = try session.catalogue()
        guard let known = catalogue[provider] else {
            throw InvalidInput(catalogue.absence(of: provider))
        }
        let (secret, source) = try key(session)
        let probe = KeyProbe(
            catalogue: catalogue, overrides: session.settings.overrides, client: try session.httpClient(),
            timeout: session.settings.timeout, now: Clock.moved ?? { Date() })
        let observation = try await probe.prove(secret, provider: known, params: EndpointParameters.parse(param))
        let shown = secret.withBytes { KeyDisplay(of: $0, shapes: known.keyShapes, settings: session.settings.display) }
        common.json
            ? printJSON(observation, source, shown)
            : Terminal.say(Sentences.finding(observation, known.name) + ", key from \(source)")
        throw ExitCode(observation.verdict.exitStatus)
    }

    private func printJSON(_ observation: Observation, _ source: String, _ shown: KeyDisplay) {
        JSONLine.print([
            "provider": .text(provider), "source": .text(source), "verdict": .text(observation.verdict.rawValue),
            "finding": .text(observation.finding.rawValue), "http_status": .number(observation.httpStatus),
            "provider_code": .text(observation.classification.providerCode), "prefix": .text(shown.prefix),
            "latency_ms": .number(Int(observation.latency / .milliseconds(1))),
        ])
    }

    private func key(_ session: Session) throws -> (SecretBytes, String) {
        if input == "-" { return (try SecretInput.read(), "stdin") }
        if let text = session.settings.environment["KEYVIGIL_KEY"], !text.isEmpty {
            return (SecretBytes(copying: text.utf8), "environment")
        }
        if let path = session.settings.rcFile, let secret = try RCFile.key(path, provider: provider) {
            return (secret, "rc_file")
        }
        return (try SecretInput.read(), "stdin")
    }
}

/// A JSON file with `<provider>_api_key`, as client libraries read it.
enum RCFile {
    static func key(_ path: String, provider: String) throws -> SecretBytes? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let content = try SecretFile.read(path, of: "check.rc_file", credentials: nil)
        let fields = content.withBytes { try? JSONDecoder().decode([String: String].self, from: Data($0)) }
        guard let fields else {
            throw InvalidInput("\(path) must be a JSON object of texts, as in {\"openai_api_key\": \"…\"}")
        }
        return fields["\(provider)_api_key"].map { SecretBytes(copying: $0.utf8) }
    }
}
