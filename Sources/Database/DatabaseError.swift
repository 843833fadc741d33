/// What the engine refused. It names the SQL, never the bound values: those may be secrets.
public struct DatabaseError: Error, CustomStringConvertible {
    /// What the caller can do about it.
    public enum Kind: Sendable, Equatable {
        /// Another process holds the store; trying again later helps.
        case busy
        /// The file is missing, unreadable, full, not a database, or the server is away.
        case unavailable
        /// The process may not read or write the file, or the role may not do that on the server.
        case forbidden
        /// A rule of the schema was broken: a duplicate, a missing parent, a change of an append-only row.
        case constraint
        /// Anything else; a defect of ours.
        case unexpected
    }

    /// Whether the same transaction can be tried again by whoever runs it.
    enum Remedy: Sendable, Equatable {
        case none
        /// On this connection: it lost against another transaction.
        case again
        /// On a new connection: this one is gone, and nothing was committed.
        case reconnect
    }

    /// What the caller can do about it.
    public let kind: Kind
    /// The engine's own code: SQLite's extended result code, or PostgreSQL's SQLSTATE.
    public let code: String
    /// The engine's own words; neither engine puts bound values in them.
    public let message: String
    /// The statement, with its placeholders; nil where none was running.
    public let sql: String?
    var remedy = Remedy.none

    /// Whether the store was away or held by another, so that the same may succeed later.
    public var isAbsence: Bool { kind == .unavailable || kind == .busy }

    /// Whether a server was away that may be back in a moment: restarting, or behind a network that failed.
    public var mayPass: Bool { remedy == .reconnect }

    /// A store whose engine found damage.
    public static func damaged(_ path: String) -> DatabaseError {
        DatabaseError(kind: .unavailable, code: "0", message: "\(path) is damaged; restore it from a backup", sql: nil)
    }

    /// A file that cannot be opened as a store.
    public static func unusable(_ path: String, _ error: DatabaseError) -> DatabaseError {
        DatabaseError(kind: error.kind, code: error.code, message: "\(path): \(error.message)", sql: nil)
    }

    /// Engine's words, code and the first line of the statement.
    public var description: String {
        let statement = sql?.split(separator: "\n").first.map { " in: \($0)" } ?? ""
        return "\(message) (code \(code))\(statement)"
    }
}
