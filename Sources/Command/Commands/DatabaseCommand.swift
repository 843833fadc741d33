internal import ArgumentParser
internal import Database
internal import KeyVigil

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "The store.", subcommands: [Migrate.self, Check.self])

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "migrate", abstract: "Make the store, or check that it has this program's schema.",
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
            guard try await store.database.passesIntegrityCheck() else {
                throw DatabaseError.damaged("\(session.settings.store)")
            }
            Terminal.say("store \(session.settings.store) is whole, schema \(Schema.version)")
        }
    }
}
