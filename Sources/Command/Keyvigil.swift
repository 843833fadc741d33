internal import ArgumentParser
internal import Foundation

/// `keyvigil`: finds dead API keys before your tenants do.
@main
struct Keyvigil: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "keyvigil",
        abstract: "Revalidates stored API keys, disables what is dead, and tells the tenant.",
        version: version,
        subcommands: [
            RunCommand.self, StatusCommand.self, ExplainCommand.self, CheckCommand.self, KeysCommand.self,
            TenantsCommand.self, ResolveCommand.self, AuditCommand.self, ProvidersCommand.self, BrakesCommand.self,
            UndoCommand.self, EncryptionCommand.self, DatabaseCommand.self, TemplatesCommand.self, DemoCommand.self,
            SimulatorCommand.self,
        ])

    static func main() async {
        ProcessHardening.apply()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            try Terminal.checkOutput()
        } catch {
            Failure.end(error)
        }
    }
}

/// Options that every command takes.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Settings file.", valueName: "file"))
    var config: String?

    @Flag(help: "One JSON document on standard output; lists: one object a line.")
    var json = false

    func settings() throws -> Settings { try Settings(config: config) }
}
