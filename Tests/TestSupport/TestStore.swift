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

    /// SQL that makes a kind of change fail from now on, until ``mending(_:)``: `INSERT ON notice`.
    public static func fault(_ change: String, when condition: String? = nil) -> String {
        let condition = condition.map { "WHEN (\($0))" } ?? ""
        guard isOnServer else {
            return "CREATE TRIGGER fault BEFORE \(change) \(condition) BEGIN SELECT raise(ABORT, 'fault'); END"
        }
        return """
            CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fault'; END $$;
            CREATE TRIGGER fault BEFORE \(change) FOR EACH ROW \(condition) EXECUTE FUNCTION fault();
            """
    }

    /// SQL that lets it succeed again.
    public static func mending(_ table: String) -> String {
        isOnServer ? "DROP TRIGGER fault ON \(table);\nDROP FUNCTION fault();" : "DROP TRIGGER fault"
    }

    /// What `DATABASE_URL` says of it.
    public var url: String { server?.url(.socket) ?? "sqlite://\(directory.path("store.db"))" }
}
