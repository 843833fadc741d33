internal import Foundation

/// A database in a private cluster; dropped with the last reference to it, which ends its connections.
public final class PostgresDatabase: Sendable {
    /// How a client reaches the database.
    public enum Route: Sendable {
        /// Through the cluster's unix socket.
        case socket
        /// Through the cluster's TCP port.
        case tcp
        /// Through a port on 127.0.0.1: a ``FaultProxy``'s or a ``Pooler``'s.
        case port(Int)
    }

    /// SQL of the one table of the schema that every transaction on a server writes.
    public static let transactionMarks = """
        CREATE TABLE transaction_mark (session TEXT PRIMARY KEY, mark TEXT NOT NULL, at TIMESTAMPTZ NOT NULL)
        """

    /// Its name, unique in the cluster.
    public let name: String
    private let cluster: PostgresCluster
    private let isKept: Bool

    init(_ cluster: PostgresCluster, template: String?, isKept: Bool, tablespace: String? = nil) throws {
        self.cluster = cluster
        self.isKept = isKept
        name = "test_\(UUID().uuidString.replacing("-", with: "").lowercased())"
        let space = tablespace.map { " TABLESPACE \($0)" } ?? ""
        try cluster.psql(
            ["CREATE DATABASE \(name) TEMPLATE \(template ?? "template1")\(space)"], cluster.url("postgres", .socket))
    }

    deinit { if !isKept { try? drop() } }

    /// Its `postgresql://` URL. Any role may log in without a password.
    public func url(_ route: Route, role: String = "keyvigil") -> String { cluster.url(name, route, role: role) }

    /// Runs each statement with `psql`, in one session, and returns the rows: columns separated by `|`.
    ///
    /// Each statement is a transaction of its own unless they contain `BEGIN`.
    ///
    /// - Throws: ``TestSupportFailure`` with the output of `psql` where a statement fails.
    @discardableResult
    public func psql(
        _ statements: String..., through route: Route = .socket, role: String = "keyvigil"
    ) throws -> String {
        try cluster.psql(statements, url(route, role: role))
    }

    /// A subquery for its `oid`, by which the server's catalogue tables refer to it.
    public var oid: String { "(SELECT oid FROM pg_database WHERE datname = '\(name)')" }

    /// Drops it and ends its connections. A second call does nothing.
    public func drop() throws {
        try cluster.psql(["DROP DATABASE IF EXISTS \(name) WITH (FORCE)"], cluster.url("postgres", .socket))
    }
}

extension PostgresCluster {
    /// Makes a database: an empty one, or a copy of a template (see ``template(_:prepare:)``), in about 0.1 s.
    ///
    /// - Throws: ``TestSupportFailure`` with the output of `psql`.
    public func makeDatabase(template: String? = nil) throws -> PostgresDatabase {
        try PostgresDatabase(self, template: template, isKept: false)
    }

    /// Makes a database whose tables are in this directory, which is empty and belongs to the server's user.
    ///
    /// - Throws: ``TestSupportFailure`` with the output of `psql`.
    public func makeDatabase(in directory: String) throws -> PostgresDatabase {
        let space = "space_\(UUID().uuidString.prefix(8).lowercased())"
        try psql(["CREATE TABLESPACE \(space) LOCATION '\(directory)'"], url("postgres", .socket))
        return try PostgresDatabase(self, template: nil, isKept: false, tablespace: space)
    }

    func url(_ database: String, _ route: PostgresDatabase.Route, role: String = "keyvigil") -> String {
        switch route {
        case .socket:
            let path = directory.url.path.replacing("/", with: "%2F")
            return "postgresql://\(role)@/\(database)?host=\(path)&port=\(port)"
        case .tcp: return "postgresql://\(role)@127.0.0.1:\(port)/\(database)"
        case .port(let port): return "postgresql://\(role)@127.0.0.1:\(port)/\(database)"
        }
    }
}
