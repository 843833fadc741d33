public import Database
internal import Foundation

/// An empty store for one test: SQLite, or PostgreSQL where `KEYVIGIL_TEST_STORE` is `postgresql`, so that the same
/// suite runs on both engines.
public final class TestStore: Sendable {
    /// Whether the tests of this process use PostgreSQL.
    public static let isOnServer = ProcessInfo.processInfo.environment["KEYVIGIL_TEST_STORE"] == "postgresql"

    private let directory: TemporaryDirectory
    private let server: PostgresDatabase?

    /// Makes a store, which is removed with the last reference to this object.
    ///
    /// - Parameter directory: where the SQLite file is made; nil for a new temporary directory.
    /// - Throws: ``TestSupportFailure`` where no server or database can be made.
    public init(in directory: TemporaryDirectory? = nil) async throws {
        self.directory = try directory ?? TemporaryDirectory()
        server = Self.isOnServer ? try await PostgresCluster.shared.makeDatabase() : nil
    }

    /// Opens the store.
    ///
    /// - Throws: `DatabaseError`.
    public func open() throws -> Database {
        guard let server else { return try Database(sqlite: directory.path("store.db"), create: true) }
        return try Database(postgresql: PostgresURL(server.url(.socket)))
    }

    /// An `ORDER BY` expression that sorts rows of this table by their insertion, oldest first.
    public static func age(_ table: String) -> String { isOnServer ? "age(\(table).xmin) DESC" : "\(table).rowid" }

    /// SQL that makes a kind of change, such as `INSERT ON notice`, fail until ``mending(_:)``; with `condition`, only
    /// where that SQL expression is true.
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

    /// SQL that removes the fault from this table, so that changes succeed again.
    public static func mending(_ table: String) -> String {
        isOnServer ? "DROP TRIGGER fault ON \(table);\nDROP FUNCTION fault();" : "DROP TRIGGER fault"
    }

    /// One SQL statement after which this table takes rows that break a CHECK of the schema, as damage would leave them.
    public static func unchecking(_ table: String) -> String {
        guard isOnServer else { return "PRAGMA ignore_check_constraints = TRUE" }
        return """
            DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT conname FROM pg_constraint WHERE conrelid = '\(table)'::regclass AND contype = 'c'
                LOOP EXECUTE format('ALTER TABLE \(table) DROP CONSTRAINT %I', name); END LOOP;
                ALTER DOMAIN key_status DROP CONSTRAINT key_status_check;
            END $$
            """
    }

    /// Its URL, as `DATABASE_URL` takes it.
    public var url: String { server?.url(.socket) ?? "sqlite://\(directory.path("store.db"))" }
}
