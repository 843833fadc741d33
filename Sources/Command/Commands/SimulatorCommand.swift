internal import ArgumentParser
internal import Foundation
internal import KeyVigil
internal import Simulator
internal import Vocabulary

struct SimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulator", abstract: "Play the providers on loopback until interrupted.",
        discussion: """
            Point a provider at it with providers.NAME.base_url: http://127.0.0.1:PORT/NAME and \
            allow_insecure_loopback: true. The scenario file (YAML or JSON) says what each key meets:
              providers: {groq: down}
              keys: {openai: {sk-proj-…: valid, sk-…: invalid, sk-…: slow:2}}
            Keys that it does not name are refused as the provider refuses an unknown key.
            """)
    @Option(help: "A port; 0 takes any free one.")
    var port: UInt16 = 0
    @Option(help: ArgumentHelp("What each key meets.", valueName: "file"))
    var scenario: String?

    func run() async throws {
        do {
            let simulator = try Simulator(scenarios: try scenarios(), port: port)
            let port = try await simulator.start()
            Terminal.say("playing the providers on http://127.0.0.1:\(port)/NAME; Ctrl-C ends it")
            while true { try await Task.sleep(for: .seconds(3600)) }
        } catch let error as ScenarioError {
            throw InvalidInput(InputMessages.message(error))
        }
    }

    private func scenarios() throws -> Scenarios {
        guard let scenario else { return Scenarios() }
        guard let text = try? String(contentsOfFile: scenario, encoding: .utf8) else {
            throw InvalidInput("cannot read the scenario file \(scenario)")
        }
        return try Scenarios(yaml: text, named: scenario)
    }
}
