internal import ArgumentParser
internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Simulator
internal import Vocabulary

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "The store.", subcommands: [Migrate.self, Check.self])

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "migrate", abstract: "Make the store, or bring its schema up to date.",
            discussion: "On PostgreSQL nothing else changes the schema. Run it as the role that shall own the tables.")
        @OptionGroup var common: CommonOptions
        @Flag(
            help: "Change nothing; print SQL that gives a runner's, an auditor's and a platform's role their rights.")
        var printGrants = false

        func run() async throws {
            guard !printGrants else { return Terminal.say(Schema.grants) }
            let session = try Session(common)
            try await session.migrateStore()
            Terminal.say("store \(session.settings.store) has schema \(Schema.version)")
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Ask the engine whether the store is whole.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let session = try Session(common)
            let store = try await session.openStore()
            guard try await store.database.isWhole() else { throw DatabaseError.damaged("\(session.settings.store)") }
            Terminal.say("store \(session.settings.store) is whole, schema \(Schema.version)")
        }
    }
}

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
            throw InvalidInput(error.description)
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

struct TemplatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates", abstract: "The texts of mails.", subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Every template, locale and edge case.")
        @OptionGroup var common: CommonOptions

        func run() throws {
            let templates = try Session(common).templates()
            let problems = templates.check()
            problems.forEach { Terminal.error("\($0)") }
            guard problems.isEmpty else { throw ExitCode(Failure.Status.data.rawValue) }
            Terminal.say("templates are in order; locales: \(templates.locales.joined(separator: ", "))")
        }
    }
}
