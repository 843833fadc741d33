/// An error of the store. It names the SQL, never the bound values, which may be secrets.
public struct DatabaseError: Error, CustomStringConvertible {
    /// What failed, as far as the caller can act on it.
    public enum Kind: Sendable, Equatable {
        /// Another transaction holds the store or rows of it: try again later.
        case busy
        /// The file is missing, unreadable, full, damaged or not a database, or the server cannot be reached.
        case unavailable
        /// The process may not read or write the file, or the role lacks the right on the server.
        case forbidden
        /// A constraint of the schema was violated: a duplicate, a missing parent, a change of an append-only row.
        case constraint
        /// Anything else: a defect of this program.
        case unexpected
    }

    /// Whether ``Database`` may run the same transaction again.
    enum Retry: Sendable, Equatable {
        case never
        /// The transaction lost a conflict with another one; the connection is still good.
        case onSameConnection
        /// The connection is lost, and nothing was committed.
        case onNewConnection
    }

    /// What failed.
    public let kind: Kind
    /// The engine's own code: SQLite's extended result code, or PostgreSQL's SQLSTATE.
    public let code: String
    /// The engine's message; neither engine puts bound values in it.
    public let message: String
    /// The statement with its placeholders; nil where the error belongs to no statement.
    public let sql: String?
    var retry = Retry.never

    /// Whether the store could not be reached or was held by another transaction; the same call may succeed later.
    public var isUnavailableOrBusy: Bool { kind == .unavailable || kind == .busy }

    /// Whether the server may be back within seconds: it restarts, or the network failed.
    public var isTransient: Bool { retry == .onNewConnection }

    /// The store's integrity check failed.
    public static func damaged(_ path: String) -> DatabaseError {
        DatabaseError(kind: .unavailable, code: "0", message: "\(path) is damaged; restore it from a backup", sql: nil)
    }

    /// The columns of a row contradict each other, which the schema refuses to store.
    ///
    /// - Parameter id: the id that finds the row in the table; never a secret.
    package static func contradiction(in table: String, id: String) -> DatabaseError {
        DatabaseError(
            kind: .unavailable, code: "0",
            message: "the row of \(id) in \(table) contradicts itself; restore the store from a backup", sql: nil)
    }

    /// `error` with the path of the file that cannot be opened as a store.
    public static func unusable(_ path: String, error: DatabaseError) -> DatabaseError {
        DatabaseError(kind: error.kind, code: error.code, message: "\(path): \(error.message)", sql: nil)
    }

    /// The message, the code and the first line of the statement.
    public var description: String {
        let statement = sql?.split(separator: "\n").first.map { " in: \($0)" } ?? ""
        return "\(message) (code \(code))\(statement)"
    }
}
