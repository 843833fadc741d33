internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Secrets
internal import Vocabulary

/// What an error becomes: the one place where errors are turned into an exit status and one line on standard error.
struct Failure {
    let status: Int32
    /// One sentence: what is wrong and what to do. Holds no secret, but may repeat an argument of the command.
    let message: String

    private init(_ status: Int32, _ message: String) {
        self.status = status
        self.message = message
    }

    private init(_ status: ExitStatus, _ message: String) { self.init(status.rawValue, message) }

    /// Of any error that a command throws, but for the argument parser's own.
    init(_ error: any Error) {
        switch error {
        case let refused as KeyRefused:
            self.init(refused.observation.verdict.exitStatus, FindingMessages.refusal(refused).text)
        case let error as InvalidInput: self.init(.data, InputMessages.message(error))
        case let error as SettingsError:
            self.init(error.isPermission ? .permission : .configuration, error.description)
        case let refused as PrivateFileRefused: self.init(SettingsError(refused))
        case let error as KeyRingError: self.init(.configuration, InputMessages.message(error))
        case let error as WrongKeyRing: self.init(.configuration, InputMessages.message(error))
        case is RetiredMasterKey, is CatalogueError: self.init(.configuration, "\(error)")
        case let error as TemplateError: self.init(.configuration, Self.summary(error))
        case let stopped as StoppedWithoutStore:
            self.init(.partial, "partial, the next run continues; store: \(stopped.error.description)")
        case let error as DatabaseError: self.init(Self.status(of: error), "store: \(error.description)")
        default: self.init(.internalError, "internal error: \(type(of: error))")
        }
    }

    private static func status(of error: DatabaseError) -> ExitStatus {
        switch error.kind {
        case .busy, .unavailable: .unavailable
        case .forbidden: .permission
        case .constraint, .unexpected: .internalError
        }
    }

    /// The first problem and how many more there are, on one line.
    private static func summary(_ error: TemplateError) -> String {
        let more = error.problems.count > 1 ? " (and \(error.problems.count - 1) more)" : ""
        return "mail templates: \(error.problems.first?.description ?? "unusable")\(more)"
    }
}

extension Verdict {
    /// 0 alive, 1 dead, 2 unknown.
    var exitStatus: Int32 {
        switch self {
        case .alive: 0
        case .dead: 1
        case .unknown: 2
        }
    }
}
