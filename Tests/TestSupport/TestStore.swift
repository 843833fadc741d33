public import Database
internal import Foundation

/// An empty store of a test's own: SQLite, or PostgreSQL where `KEYVIGIL_TEST_STORE` says `postgresql`, so that one
/// suite is run on both engines.
public final class TestStore: Sendable {
    /// Which engine the tests of this process use.
    public static let isOnServer = ProcessInfo.processInfo.environment["KEYVIGIL_TEST_STORE"] == "postgresql"

    private let directory: TemporaryDirectory
    private let server: PostgresDatabase?

    /// Makes one; it goes with the last reference to this.
    ///
    /// - Parameter directory: where a SQLite file is made; nil for one of its own.
    public init(in directory: TemporaryDirectory? = nil) async throws {
        self.directory = try directory ?? TemporaryDirectory()
        server = Self.isOnServer ? try await PostgresCluster.shared.makeDatabase() : nil
    }

    /// A new connection.
    public func open() throws -> Database {
        guard let server else { return try Database(sqlite: directory.path("store.db"), create: true) }
        return try Database(postgresql: PostgresURL(server.url(.socket)))
    }

    /// What sorts rows of this table from the first that was added, in a test's own SQL.
    public static func age(_ table: String) -> String { isOnServer ? "age(\(table).xmin) DESC" : "\(table).rowid" }

    /// What `DATABASE_URL` says of it.
    public var url: String { server?.url(.socket) ?? "sqlite://\(directory.path("store.db"))" }
}
