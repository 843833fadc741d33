import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import KeyVigil

/// The schema in its two files, and databases that are no store of this program.
struct SchemaTests {
    /// Of each table its columns, each with its type, as the file writes them.
    private static func tables(for dialect: Dialect) -> [String: [String]] {
        var tables: [String: [String]] = [:]
        for statement in Schema.statements(for: dialect).split(separator: "CREATE TABLE ").dropFirst() {
            let lines = statement.split(separator: "\n")
            let columns = lines.dropFirst().prefix { $0.hasPrefix("    ") }.map { $0.split(separator: " ") }
                .filter { $0.count > 1 && $0[0].allSatisfy { $0.isLowercase || $0 == "_" } }
            let name = String(lines[0].prefix { $0 != " " })
            guard name != "%s" else { continue }
            tables[name] = columns.map { "\($0[0]) \($0[1].filter { $0 != "," }.lowercased())" }.sorted()
        }
        return tables
    }

    @Test("A store has exactly the tables and columns that the file of its engine writes")
    func asWritten() async throws {
        let place = try await TestStore()
        let database = try place.open()
        try await KeyStore(database: database, program: "test").migrate()
        let found = try await database.read { connection in
            try connection.query(database.dialect == .sqlite ? Self.columnsOfFile : Self.columnsOfServer) { row in
                (row.text(0), "\(row.text(1)) \(row.text(2).lowercased())")
            }
        }
        let tables = Dictionary(grouping: found, by: \.0).mapValues { $0.map(\.1).sorted() }
        let written = Self.tables(for: database.dialect)
        #expect(tables.keys.sorted() == written.keys.sorted())
        for (table, columns) in written { #expect(tables[table] == columns, "\(table)") }
    }

    private static let columnsOfFile = """
        SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
        """

    private static let columnsOfServer = """
        SELECT table_name, column_name, coalesce(domain_name, replace(data_type, 'timestamp with time zone', 'timestamptz'))
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'audit_entry!_%' ESCAPE '!'
        """

    @Test("The two files have the same tables with the same columns, but for what a server alone needs")
    func sameOnBoth() {
        func names(_ dialect: Dialect) -> [String: [String]] {
            Self.tables(for: dialect).mapValues { $0.map { String($0.prefix { $0 != " " }) } }
        }
        var server = names(.postgresql)
        #expect(server.removeValue(forKey: "transaction_mark") != nil)
        server["key_count"]?.removeAll { $0 == "id" }
        #expect(server == names(.sqlite))
    }

    @Test("The names that a server's types allow are those of the program")
    func domains() throws {
        let file = Schema.statements(for: .postgresql)
        func allowed(_ type: String) throws -> Set<String> {
            let start = try #require(file.range(of: "CREATE DOMAIN \(type) AS TEXT CHECK (VALUE IN ("))
            let list = file[start.upperBound...].prefix { $0 != ")" }
            return Set(list.split(whereSeparator: { ",' \n".contains($0) }).map(String.init))
        }
        #expect(try allowed("finding") == Set(Finding.allCases.map(\.rawValue)))
        #expect(try allowed("key_status") == Set(KeyStatus.allCases.map(\.rawValue)))
        #expect(try allowed("actor") == [AuditActor.job.rawValue, AuditActor.operator.rawValue])
    }

    @Test("Every table has a primary key, so that a publication of all tables stops no run")
    func primaryKeys() async throws {
        let place = try await TestStore()
        let database = try place.open()
        try await KeyStore(database: database, program: "test").migrate()
        let bare = try await database.read { connection in
            try connection.query(database.dialect == .sqlite ? Self.bareInFile : Self.bareOnServer) { $0.text(0) }
        }
        #expect(bare == [])
    }

    private static let bareInFile = """
        SELECT m.name FROM sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
            AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE pk > 0)
        """

    private static let bareOnServer = """
        SELECT c.relname::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
        """

    @Test("Making the schema again changes nothing, and two stores have different ids")
    func ids() async throws {
        var ids: Set<String> = []
        for _ in 1...2 {
            let place = try await TestStore()
            let database = try place.open()
            for _ in 1...2 { try await KeyStore(database: database, program: "test").migrate() }
            let found = try await database.read { try $0.query("SELECT store_id FROM keyvigil_store") { $0.text(0) } }
            #expect(found.count == 1)
            ids.formUnion(found)
        }
        #expect(ids.count == 2)
        for id in ids { #expect(UUID(uuidString: id)?.uuidString.lowercased() == id) }
    }

    @Test(
        "A store of another schema is refused and left as it is",
        arguments: [
            ("UPDATE keyvigil_store SET schema_version = 99", UnusableSchema.newer(99)),
            ("UPDATE keyvigil_store SET schema_version = 0", UnusableSchema.older(0)),
            (
                """
                DROP TABLE keyvigil_store;
                CREATE TABLE schema_migration (version INTEGER PRIMARY KEY);
                """, UnusableSchema.older(nil)
            ),
        ])
    func other(change: String, error: UnusableSchema) async throws {
        let place = try await TestStore()
        let database = try place.open()
        let store = KeyStore(database: database, program: "test")
        try await store.migrate()
        try await database.transaction { try $0.script(change) }
        await #expect(throws: error) { try await store.migrate() }
        await #expect(throws: error) { try await store.isReady() }
    }

    @Test(
        "An SQLite file of another program is refused and gets no table",
        .enabled(if: !TestStore.isOnServer),
        arguments: ["CREATE TABLE mine (a INTEGER)", "PRAGMA application_id = 7"])
    func foreign(sql: String) async throws {
        let place = try await TestStore()
        let database = try place.open()
        try await database.transaction { try $0.script(sql) }
        let tables = "SELECT count(*) FROM sqlite_master"
        let before = try await database.read { try $0.first(tables) { $0.integer(0) } }
        await #expect(throws: UnusableSchema.foreign) {
            try await KeyStore(database: database, program: "test").migrate()
        }
        #expect(try await database.read { try $0.first(tables) { $0.integer(0) } } == before)
    }

    @Test("An id that is no UUID in lower case is refused, because its row could not be found again")
    func idForm() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        for id in ["hello", key.id.uppercased() + "-", String(key.id.dropLast())] {
            await #expect(throws: DatabaseError.self) {
                try await fixture.execute(
                    """
                    INSERT INTO stored_key
                        (id, tenant_id, provider, label, prefix, hint, ciphertext, created_at, updated_at)
                    SELECT '\(id)', tenant_id, provider, label, prefix, hint, ciphertext, created_at, updated_at
                    FROM stored_key
                    """)
            }
        }
    }

    @Test("A server's database that is not encoded in UTF-8 is refused", .enabled(if: TestStore.isOnServer))
    func encoding() async throws {
        let maker = try await PostgresCluster.shared.makeDatabase()
        let name = "latin_\(UInt32.random(in: 0...UInt32.max))"
        try maker.psql("CREATE DATABASE \(name) ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        let url = maker.url(.socket).replacing("/\(maker.name)", with: "/\(name)")
        let database = try Database(postgresql: PostgresURL(url))
        await #expect(throws: UnusableSchema.encoding("LATIN1")) {
            try await KeyStore(database: database, program: "test").migrate()
        }
    }
}
