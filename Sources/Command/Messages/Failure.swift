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
        case let error as UnusableSchema: self.init(.configuration, Self.advice(error))
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

    private static func advice(_ error: UnusableSchema) -> String {
        switch error {
        case .newer(let found):
            "the store has schema \(found) and this program knows \(Schema.version); install the newer program"
        case .older(let found):
            "the store has \(found.map { "schema \($0)" } ?? "a schema from before schema 1") and this program needs "
                + "\(Schema.version), and there is no way from one to the other before the first release; name another "
                + "file or database, make a store with `keyvigil database migrate`, and add tenants and keys again"
        case .foreign: "the store is an SQLite file of another program; name another file in DATABASE_URL"
        case .encoding(let encoding):
            "the database is encoded in \(encoding); make one with ENCODING 'UTF8' and name it in DATABASE_URL"
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
