import Database
import Foundation
import TestSupport
import Testing

/// The built program on a PostgreSQL server.
@Suite("The store on a PostgreSQL server", .serialized)
struct ServerStoreTests {
    /// A database made by `keyvigil database migrate`, with the roles of its grants.
    private struct Server {
        let cluster: PostgresCluster
        let database: PostgresDatabase

        init() async throws {
            cluster = try await PostgresCluster()
            database = try cluster.makeDatabase()
            try database.psql("CREATE ROLE owner LOGIN CREATEROLE", "ALTER DATABASE \(database.name) OWNER TO owner")
        }

        func machine(_ role: String, masterKeyOf other: Machine? = nil) async throws -> Machine {
            try await Machine(database: database.url(.tcp, role: role))
        }

        /// Migrates as the owner, and applies the grants that the program prints.
        func prepare() async throws {
            let owner = try await machine("owner")
            let migrated = try await owner.run("database", "migrate")
            guard migrated.status == 0 else { throw SetupFailure(migrated) }
            let grants = try await owner.run("database", "migrate", "--print-grants")
            try database.psql(grants.output, role: "owner")
        }
    }

    @Test("With the runner's privileges every command works except migrate, for a key's whole story on one server")
    func story() async throws {
        let server = try await Server()
        try await server.prepare()
        let machine = try await server.machine("keyvigil_runner")
        try await machine.addTenant()
        let key = try await machine.addKey("openai", "--label", "Production", "--default")
        let other = try await machine.addKey("openai")
        try await machine.strike(key)
        let first = try await machine.run("run", "--all", "--json", days: 7)
        #expect(first.status == 0 && first.number("transitions", "suspected") == 1, "\(first)")
        let second = try await machine.run("run", "--all", "--json", days: 8.01)
        #expect(second.status == 0 && second.number("transitions", "disabled") == 1, "\(second)")
        #expect(second.number("notices", "sent") == 1)
        #expect(try machine.mails().values.first?.contains("Production") == true)

        let run = try #require(second.text("run"))
        let explained = try await machine.run("explain", key.id, days: 8.1)
        #expect(explained.status == 0 && explained.output.contains("accepted"), "\(explained)")
        for arguments in [
            ["status"], ["breakers", "list"], ["keys", "list"], ["keys", "show", other.id], ["tenants", "list"],
            ["audit", "list"], ["audit", "verify"], ["audit", "export", "--csv"], ["database", "check"],
            ["keys", "test", other.id], ["undo", "--run", run], ["keys", "set-default", other.id],
            ["keys", "disable", other.id], ["keys", "enable", other.id],
            ["resolve", "--tenant", "acme", "--provider", "openai"], ["run"], ["run", "--dry-run"],
            ["breakers", "release", "openai", "--reason", "true"], ["keys", "revoke", other.id],
            ["keys", "delete", other.id], ["tenants", "set", "acme", "--byok", "off"],
        ] {
            let done = try await machine.start(arguments, days: 8.2).finish()
            #expect(done.status == 0, "\(arguments): \(done)")
        }
        let replaced = try await machine.run(
            "keys", "replace", key.id, "--no-probe", stdin: machine.newSecret("openai"), days: 8.3)
        #expect(replaced.status == 0, "\(replaced)")
        let keys = try MasterKeys(machine, own: "old", "new")
        for command in [["rotate"], ["status"], ["retire", try keys.id("old")]] {
            let done = try await machine.start(["encryption"] + command, environment: keys.ring("new", "old")).finish()
            #expect(done.status == 0, "\(command): \(done)")
        }
        #expect(try await machine.run("keys", "delete", key.id).status == 0)
        #expect(try await machine.run("tenants", "remove", "acme").status == 0)
        let verified = try await machine.run("audit", "verify", "--json")
        #expect(verified.status == 0 && (verified.json["broken"] as? [Any])?.isEmpty == true, "\(verified)")
        let refused = try await machine.run("database", "migrate")
        #expect(refused.status == 0, "there is nothing to migrate: \(refused)")
    }

    @Test("A platform's role can read the usable keys in resolve's order, and nothing else")
    func platform() async throws {
        let server = try await Server()
        try await server.prepare()
        let machine = try await server.machine("keyvigil_runner")
        try await machine.addTenant()
        let first = try await machine.addKey()
        let second = try await machine.addKey("openai", "--default")
        let read = """
            SELECT key_id FROM usable_key WHERE tenant_id = 'acme'
            ORDER BY standing, is_default DESC, health, confirmed_at DESC NULLS LAST, key_id
            """
        #expect(try server.database.psql(read, role: "keyvigil_platform") == "\(second.id)\n\(first.id)")
        #expect(try await machine.run("keys", "revoke", second.id).status == 0)
        #expect(try server.database.psql(read, role: "keyvigil_platform") == first.id)
        for sql in [
            "SELECT ciphertext FROM stored_key", "SELECT * FROM tenant", "SELECT * FROM key_health",
            "SELECT * FROM recipient", "UPDATE usable_key SET label = 'x'", "DELETE FROM usable_key",
        ] {
            #expect(throws: TestSupportFailure.self, "\(sql)") {
                try server.database.psql(sql, role: "keyvigil_platform")
            }
        }
    }

    @Test("Without a schema the program says what to do, and leaves the server unchanged")
    func notMigrated() async throws {
        let server = try await Server()
        let machine = try await server.machine("owner")
        let answer = try await machine.run("run")
        #expect(answer.status == 78)
        #expect(answer.errors.contains("holds no keyvigil schema; run `keyvigil database migrate`"), "\(answer)")
        #expect(
            try server.database.psql("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == "0"
        )
    }

    @Test("An unreachable server gives status 69, a role without access 77")
    func unreachable() async throws {
        let machine = try await Machine()
        let port = try LoopbackPort.free()
        let away = try await machine.run(
            "status", environment: ["DATABASE_URL": "postgresql://keyvigil:secret-word@127.0.0.1:\(port)/store"])
        #expect(away.status == 69 && away.errors.contains("127.0.0.1"), "\(away)")
        #expect(!away.errors.contains("secret-word"))
        let server = try await Server()
        let nobody = try await machine.run(
            "status", environment: ["DATABASE_URL": server.database.url(.tcp, role: "nobody")])
        #expect(nobody.status == 77 && nobody.errors.contains("nobody"), "\(nobody)")
        let password = try await machine.run("status", environment: ["DATABASE_URL": "postgresql://u:p@ss@h/db"])
        #expect(password.status == 78 && !password.errors.contains("ss@"), "\(password)")
    }
}
