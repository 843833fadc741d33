import Database
import Foundation
import KeyVigil
import TestSupport
import Testing

/// The audit log on a PostgreSQL server, protected from the server's roles.
struct ServerAuditTests {
    /// A migrated store that `owner` owns, with the roles of the shipped grants and one run of three rows.
    private struct Store {
        let cluster: PostgresCluster
        let database: PostgresDatabase

        init() async throws {
            cluster = try await PostgresCluster()
            database = try cluster.makeDatabase()
            try database.psql("CREATE ROLE owner LOGIN CREATEROLE", "ALTER DATABASE \(database.name) OWNER TO owner")
            let store = try open("owner")
            try await store.migrate()
            try database.psql(Schema.grants, role: "owner")
            for id in ["one", "two"] {
                try await open("keyvigil_runner").add(Tenant(id: id, name: id, createdAt: .now))
            }
        }

        func open(_ role: String) throws -> KeyStore {
            KeyStore(
                database: try Database(postgresql: PostgresURL(database.url(.socket, role: role))), program: "test")
        }

        var rows: String {
            get throws {
                try database.psql(
                    "SELECT count(*), string_agg(encode(hash, 'hex'), '' ORDER BY run_id) FROM audit_entry")
            }
        }
    }

    private static let changes = [
        "UPDATE audit_entry SET details = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry",
        "TRUNCATE audit_entry CASCADE", "UPDATE audit_entry SET details = 'x' WHERE false",
        "INSERT INTO audit_entry SELECT * FROM audit_entry ON CONFLICT (run_id, seq) DO UPDATE SET details = 'x'",
        "WITH gone AS (DELETE FROM audit_entry RETURNING 1) SELECT count(*) FROM gone",
        "MERGE INTO audit_entry a USING run r ON r.id = a.run_id WHEN MATCHED THEN DELETE",
    ]
    /// Further attempts, which an owner's privileges would permit and a runner's must not.
    private static let tricks = [
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL", "DROP TRIGGER audit_entry_no_change ON audit_entry",
        "CREATE RULE r AS ON INSERT TO audit_entry DO INSTEAD NOTHING", "DROP TABLE audit_entry",
        "SET session_replication_role = replica", "CREATE TABLE mine (a int)",
        "CREATE TRIGGER t BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "SELECT keyvigil_guard_audit('run')", "ALTER TABLE audit_entry DETACH PARTITION PARTITION",
        "UPDATE PARTITION SET details = 'x'", "INSERT INTO PARTITION SELECT * FROM audit_entry",
        "COPY audit_entry FROM PROGRAM 'true'", "DELETE FROM run", "DELETE FROM disabling",
        "UPDATE disabling SET at = now()",
        """
        CREATE FUNCTION pg_temp.f(pg_catalog.text) RETURNS bool LANGUAGE plpgsql AS $$
            BEGIN ALTER TABLE audit_entry DISABLE TRIGGER ALL; RETURN true; END $$;
        CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (pg_temp.f(VALUE));
        SELECT keyvigil_make_audit_partitions(now(), 9); DELETE FROM audit_entry
        """,
    ]

    @Test("Runner, auditor, owner and a superuser in a replica's role cannot change a row (A2)")
    func appendOnly() async throws {
        let store = try await Store()
        let before = try store.rows
        #expect(before.hasPrefix("2|"))
        let partition = try store.database.psql(
            "SELECT min(relname) FROM pg_class WHERE relispartition AND relkind = 'r'")
        let ofPartition = Self.changes.map { $0.replacing("audit_entry", with: partition) }
        for role in ["keyvigil_runner", "keyvigil_auditor", "owner"] {
            for sql in Self.changes + ofPartition {
                #expect(throws: TestSupportFailure.self, "\(role): \(sql)") { try store.database.psql(sql, role: role) }
            }
        }
        for sql in Self.changes + ofPartition {
            #expect(throws: TestSupportFailure.self, "a replica: \(sql)") {
                try store.database.psql("SET session_replication_role = replica", sql)
            }
        }
        for role in ["keyvigil_runner", "keyvigil_auditor"] {
            for sql in Self.tricks.map({ $0.replacing("PARTITION", with: partition) }) {
                #expect(throws: TestSupportFailure.self, "\(role): \(sql)") { try store.database.psql(sql, role: role) }
            }
        }
        #expect(try store.rows == before)
    }

    @Test("An auditor can read and verify the log, and sees no key and no address")
    func auditor() async throws {
        let store = try await Store()
        let verification = try await store.open("keyvigil_auditor").database.read {
            try AuditVerification.ofLog(in: $0)
        }
        #expect(verification.rows == 2 && verification.faults.isEmpty)
        for table in [
            "stored_key", "key_health", "tenant", "recipient", "mail", "notice", "encryption_key", "usable_key",
        ] {
            #expect(throws: TestSupportFailure.self, "\(table)") {
                try store.database.psql("SELECT * FROM \(table)", role: "keyvigil_auditor")
            }
        }
    }

    @Test("A row that a superuser changes all the same is named")
    func tampered() async throws {
        let store = try await Store()
        try store.database.psql(
            "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relname LIKE 'audit_entry%' AND relkind IN ('r', 'p') LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', t); END LOOP; END $$",
            "UPDATE audit_entry SET tenant_id = 'three' WHERE tenant_id = 'two'")
        let verification = try await store.open("owner").database.read { try AuditVerification.ofLog(in: $0) }
        #expect(verification.faults.map(\.problem) == [.changed])
    }

    @Test("Temporary objects of a runner's session do not affect the function that makes partitions")
    func temporaryNames() async throws {
        let store = try await Store()
        let month = try store.database.psql("SELECT to_char(now() + interval '5 months', 'YYYY_MM')")
        let found = try store.database.psql(
            """
            CREATE FUNCTION pg_temp.f(pg_catalog.text) RETURNS bool LANGUAGE plpgsql AS $$
                BEGIN RAISE 'run as %', current_user; END $$
            """, "CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (pg_temp.f(VALUE))",
            "CREATE TEMP TABLE audit_entry_\(month) (a int)",
            "SELECT keyvigil_make_audit_partitions(now(), 9)",
            "SELECT relispartition FROM pg_class WHERE relname = 'audit_entry_\(month)' AND relpersistence = 'p'",
            role: "keyvigil_runner")
        #expect(found.hasSuffix("t"))
    }

    @Test("A new partition does not wait for readers of the log, and is like the others")
    func partitionBesideReader() async throws {
        let store = try await Store()
        let database = store.database
        try await store.open("keyvigil_auditor").database.read { connection in
            _ = try connection.first("SELECT count(*) FROM audit_entry") { $0.integer(0) }
            _ = try database.psql(
                "SET statement_timeout = '4s'", "SELECT keyvigil_make_audit_partitions(now(), 9)",
                role: "keyvigil_runner")
        }
        #expect(try database.psql("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_entry'::regclass") == "10")
        for (what, table, owner) in [
            ("concat(tgname, tgenabled)", "pg_trigger", "tgrelid"),
            ("concat(attname, atttypid, attnotnull)", "pg_attribute", "attrelid"),
            ("concat(indkey, indisunique, pg_get_expr(indpred, indrelid))", "pg_index", "indrelid"),
        ] {
            let kinds = try database.psql(
                """
                SELECT count(DISTINCT words) FROM (SELECT string_agg(\(what), ',' ORDER BY \(what)) AS words
                    FROM \(table) JOIN pg_inherits ON inhrelid = \(owner)
                    WHERE inhparent = 'audit_entry'::regclass GROUP BY inhrelid) AS partition
                """)
            #expect(kinds == "1", "\(table)")
        }
    }

    @Test("The grants can be applied twice")
    func grantsTwice() async throws {
        let store = try await Store()
        try store.database.psql(Schema.grants, role: "owner")
        // As before PostgreSQL 15, where PUBLIC may create tables: the grants leave that to the owner only.
        try store.database.psql("ALTER SCHEMA public OWNER TO keyvigil", "GRANT CREATE ON SCHEMA public TO PUBLIC")
        try store.database.psql(Schema.grants)
        for (role, may) in [("owner", "t"), ("keyvigil_runner", "f"), ("keyvigil_platform", "f")] {
            let answer = try store.database.psql("SELECT has_schema_privilege('\(role)', 'public', 'CREATE')")
            #expect(answer == may, "\(role)")
        }
    }

    @Test("Partitions exist before their month begins, for every writer")
    func partitions() async throws {
        let store = try await Store()
        let later = KeyStore(
            database: try Database(postgresql: PostgresURL(store.database.url(.socket, role: "keyvigil_runner"))),
            program: "test", now: { Date(timeIntervalSinceNow: 200 * 86_400) })
        try await later.add(Tenant(id: "later", name: "Later", createdAt: later.now()))
        let found = try store.database.psql("SELECT count(*) FROM pg_class WHERE relispartition AND relkind = 'r'")
        #expect(try #require(Int(found)) >= 7, "four at first, three more 200 days later")
        #expect(throws: TestSupportFailure.self) {
            try store.database.psql("DELETE FROM audit_entry WHERE tenant_id = 'later'", role: "owner")
        }
    }
}
