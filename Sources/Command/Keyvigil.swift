internal import ArgumentParser
internal import Foundation
internal import Revalidation
internal import Vocabulary

/// `keyvigil`: finds dead API keys before your tenants do.
@main
struct Keyvigil: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keyvigil",
        abstract: "Revalidates stored API keys, disables what is dead, and tells the tenant.",
        version: BuildInfo.version,
        subcommands: [
            RunCommand.self, StatusCommand.self, ExplainCommand.self, CheckCommand.self, KeysCommand.self,
            TenantsCommand.self, ResolveCommand.self, AuditCommand.self, ProvidersCommand.self, BreakersCommand.self,
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
            end(with: error)
        }
    }

    /// Ends the process as the error says: with the status that a command chose, after help on standard output, or with
    /// one line on standard error.
    private static func end(with error: any Error) -> Never {
        if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
        let parserCode = exitCode(for: error)
        if parserCode == .success || error is CleanExit { exit(withError: error) }
        let isUsage = parserCode == .validationFailure
        let failure = Failure(error)
        let message = isUsage ? usageMessage(error) : failure.message
        Terminal.error("keyvigil: \(Printable(ArgumentRedaction.redacted(message), limit: 1000))")
        Foundation.exit(isUsage ? ExitStatus.usage.rawValue : failure.status)
    }

    /// The first line of what the parser says.
    private static func usageMessage(_ error: any Error) -> String {
        let message = message(for: error).split(separator: "\n").first.map(String.init) ?? "wrong usage"
        return ArgumentRedaction.redacted(message, hidesPaths: true) + " (keyvigil help says more)"
    }
}
