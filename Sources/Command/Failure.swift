internal import ArgumentParser
internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Secrets
internal import Vocabulary

/// The one place where errors become an exit status and one line on standard error.
enum Failure {
    /// Exit statuses of the interface that errors lead to.
    enum Status: Int32 {
        case usage = 64, data = 65, unavailable = 69, internalError = 70, partial = 75, permission = 77
        case configuration = 78
    }

    static func end(_ error: any Error) -> Never {
        if let code = error as? ExitCode { exit(code.rawValue) }
        let parserCode = Keyvigil.exitCode(for: error)
        if parserCode == .success || error is CleanExit { Keyvigil.exit(withError: error) }
        let (status, line) = explain(error)
        Terminal.error("keyvigil: \(Printable(hidingArguments(in: line), limit: 1000))")
        exit(status)
    }

    /// Status and sentence of any error that a command throws.
    static func explain(_ error: any Error) -> (Int32, String) {
        switch error {
        case let refused as KeyRefused:
            return (refused.observation.verdict == .dead ? 1 : 2, Sentences.refusal(refused))
        case let error as InvalidInput: return (Status.data.rawValue, error.description)
        case let error as SettingsError:
            return ((error.isPermission ? Status.permission : .configuration).rawValue, error.description)
        case let refused as PrivateFileRefused: return explain(SettingsError(refused))
        case is KeyRingError, is WrongKeyRing, is RetiredMasterKey, is CatalogueError:
            return (Status.configuration.rawValue, "\(error)")
        case let error as TemplateError: return (Status.configuration.rawValue, summary(error))
        case let error as NewerSchema:
            let line =
                "the store has schema \(error.found) and this program knows \(error.known); install the newer program"
            return (Status.configuration.rawValue, line)
        case let stopped as StoppedWithoutStore:
            return (Status.partial.rawValue, "partial, the next run continues; store: \(stopped.error.description)")
        case let error as DatabaseError: return (status(of: error).rawValue, "store: \(error.description)")
        default: return other(error)
        }
    }

    private static func status(of error: DatabaseError) -> Status {
        switch error.kind {
        case .busy, .unavailable: .unavailable
        case .forbidden: .permission
        case .constraint, .unexpected: .internalError
        }
    }

    private static func other(_ error: any Error) -> (Int32, String) {
        let code = Keyvigil.exitCode(for: error)
        guard code == .validationFailure else {
            return (Status.internalError.rawValue, "internal error: \(type(of: error))")
        }
        let message = Keyvigil.message(for: error).split(separator: "\n").first.map(String.init) ?? "wrong usage"
        return (Status.usage.rawValue, hidingArguments(in: message, andPaths: true) + " (keyvigil help says more)")
    }

    /// One line, however many problems there are.
    private static func summary(_ error: TemplateError) -> String {
        let more = error.problems.count > 1 ? " (and \(error.problems.count - 1) more)" : ""
        return "mail templates: \(error.problems.first?.description ?? "unusable")\(more)"
    }

    /// Somebody may have given a key as an argument; the complaint about it must not repeat it.
    ///
    /// Paths stay readable unless told otherwise: only the parser complains about words that nobody meant as one.
    static func hidingArguments(
        in message: String, andPaths: Bool = false, arguments: [String] = CommandLine.arguments
    ) -> String {
        let words = arguments.dropFirst().flatMap { [Substring($0)] + $0.split(separator: "=", maxSplits: 1) }
        var hidden = message
        for word in words where word.count > (andPaths ? 11 : 15) && !isOption(word) && (andPaths || !isPath(word)) {
            hidden = hidden.split(separator: word, omittingEmptySubsequences: false).joined(separator: "(hidden)")
        }
        return hidden
    }

    /// Begins as one, or ends with a short extension.
    private static func isPath(_ word: Substring) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return word.hasPrefix("/") || word.hasPrefix(".") || (parts.count > 1 && (parts.last?.count ?? 0) < 6)
    }

    /// An option's name, such as `--max-duration`.
    private static func isOption(_ word: Substring) -> Bool {
        word.hasPrefix("--") && word.count < 20 && word.allSatisfy { $0 == "-" || $0.isLowercase }
    }
}
