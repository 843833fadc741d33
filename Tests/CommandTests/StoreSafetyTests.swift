import Database
import Foundation
import KeyVigil
import TestSupport
import Testing

@Suite("The store in the wrong hands", .serialized)
struct StoreSafetyTests {
    private static let needingRing = [
        ["run"], ["run", "--dry-run"], ["keys", "add", "--tenant", "acme", "--provider", "openai"],
        ["keys", "import", "-"], ["keys", "test", "KEY"], ["keys", "replace", "KEY"], ["encryption", "rotate"],
        ["encryption", "status"],
    ]

    @Test(
        "With another master key every command that needs the ring ends with 78 and changes no byte",
        arguments: needingRing)
    func wrongRing(arguments: [String]) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let key = try await machine.addKey()
        let before = try bytes(machine)
        let other = Data(repeating: 7, count: 32).base64EncodedString()
        let done = try await machine.start(
            arguments.map { $0 == "KEY" ? key.id : $0 }, stdin: key.secret, days: 8,
            environment: ["BYOK_ENCRYPTION_KEY": other]
        ).finish()
        #expect(done.status == 78, "\(done)")
        #expect(done.errors.hasPrefix("keyvigil: the encryption key is not the one this store was written with"))
        #expect(try bytes(machine) == before)
    }

    private func bytes(_ machine: Machine) throws -> [Data?] {
        ["", "-wal"].map { FileManager.default.contents(atPath: machine.databasePath + $0) }
    }

    @Test(
        "Without a store, commands that do not create one end with 78 and name the path",
        arguments: [
            ["run"], ["status"], ["keys", "list"], ["audit", "list"], ["tenants", "list"], ["database", "check"],
        ])
    func noStore(arguments: [String]) async throws {
        let machine = try await Machine()
        let done = try await machine.start(arguments).finish()
        #expect(done.status == 78)
        #expect(
            done.errors
                == "keyvigil: there is no store at \(machine.databasePath); make one with `keyvigil database migrate`\n"
        )
        #expect(!FileManager.default.fileExists(atPath: machine.databasePath))
    }

    @Test("With a newer schema every command ends with 78 and leaves the store unchanged")
    func newerSchema() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        try await machine.execute("UPDATE keyvigil_store SET schema_version = 99")
        for arguments in [["run"], ["status"], ["keys", "list"], ["database", "migrate"], ["tenants", "add", "x"]] {
            let done = try await machine.start(arguments).finish()
            #expect(done.status == 78, "\(done)")
            let complaint = "has schema 99 and this program knows \(Schema.version); install the newer program"
            #expect(done.errors.contains(complaint))
        }
        #expect(try await machine.value("SELECT count(*) FROM tenant") == "1")
    }

    @Test(
        "A file that is no store of this program is refused with 78, by name, and gets no table",
        arguments: [
            ([], "is empty; make a store in it with `keyvigil database migrate`"),
            (["CREATE TABLE mine (a INTEGER)"], "is an SQLite file of another program; name another file"),
            (
                ["CREATE TABLE schema_migration (version INTEGER)", "CREATE TABLE stored_key (id TEXT)"],
                "has a schema from before schema 1, this program needs \(Schema.version)"
            ),
        ])
    func noStoreOfOurs(statements: [String], complaint: String) async throws {
        let machine = try await Machine()
        _ = try Database(sqlite: machine.databasePath, create: true)
        for statement in statements { try await machine.execute(statement) }
        for arguments in [["status"], ["keys", "list"], ["audit", "list"]] {
            let done = try await machine.start(arguments).finish()
            #expect(done.status == 78, "\(done)")
            #expect(done.errors.contains(machine.databasePath) && done.errors.contains(complaint), "\(done)")
        }
        #expect(try await machine.value("SELECT count(*) FROM sqlite_master") == String(statements.count))
    }

    @Test("The file of another program keeps every byte, whichever command it is given to")
    func foreignFile() async throws {
        let machine = try await Machine()
        let make = "import sqlite3; c = sqlite3.connect('\(machine.databasePath)'); c.execute('CREATE TABLE mine (a)')"
        _ = try ServerProcess.run("/usr/bin/python3", ["-c", "\(make); c.commit()"], in: machine.home)
        let before = try bytes(machine)
        for arguments in [["status"], ["run"], ["tenants", "add", "acme"], ["database", "migrate"]] {
            let done = try await machine.start(arguments).finish()
            #expect(done.status == 78, "\(done)")
        }
        #expect(try bytes(machine) == before)
        #expect(!FileManager.default.fileExists(atPath: machine.databasePath + "-wal"))
    }

    @Test("A store that another user owns is refused with 77 and the command to use", .enabled(if: geteuid() == 0))
    func foreignOwner() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        #expect(chown(machine.databasePath, 1, 1) == 0)
        let done = try await machine.run("run")
        #expect(done.status == 77)
        #expect(
            done.errors
                == "keyvigil: the store \(machine.databasePath) belongs to user daemon; run: sudo -u daemon keyvigil …\n"
        )
    }

    @Test("Keys of a provider that this program does not know are reported and never touched")
    func unknownProvider() async throws {
        let machine = try await Machine()
        let (dying, _) = try await machine.suspectOneOfTwo()
        try await machine.execute("UPDATE stored_key SET provider = 'newcomer' WHERE id = '\(dying.id)'")
        try await machine.execute("UPDATE key_health SET provider = 'newcomer' WHERE key_id = '\(dying.id)'")
        let run = try await machine.run("run", "--all", "--json", days: 8.01)
        #expect(run.status == 0, "\(run)")
        #expect(run.number("findings", "unsupported") == 1, "\(run)")
        #expect(run.number("transitions", "disabled") == 0)
        #expect(try await machine.show(dying)["status"] as? String == "active")
        #expect(try await machine.column("SELECT address FROM mail") == ["ops@platform.example"])
    }

    @Test("A key whose ciphertext does not open is reported as undecryptable and not disabled")
    func damagedCiphertext() async throws {
        let machine = try await Machine()
        let (_, living) = try await machine.suspectOneOfTwo()
        try await machine.execute(
            "UPDATE stored_key SET ciphertext = substr(ciphertext, 1, length(ciphertext) - 1) || x'00' WHERE id = '\(living.id)'"
        )
        let run = try await machine.run("run", "--all", "--json", days: 8.01)
        #expect(run.number("keys", "unknown") == 1, "\(run)")
        #expect(try await machine.show(living)["finding"] as? String == "undecryptable")
        #expect(try await machine.show(living)["status"] as? String == "active")
    }

    @Test("A dry run changes nothing but its own run and audit row, and sends nothing")
    func dryRun() async throws {
        let server = try await MailServer()
        let machine = try await Machine(mail: server.settings)
        let (dying, _) = try await machine.suspectOneOfTwo()
        let before = try await dump(machine)
        let dry = try await machine.run("run", "--all", "--dry-run", "--json", days: 8.01)
        #expect(dry.status == 0, "\(dry)")
        #expect(dry.json["dry_run"] as? Bool == true)
        #expect(dry.number("transitions", "disabled") == 1, "what would happen is printed")
        #expect(try await dump(machine) == before)
        #expect(
            try await machine.column("SELECT event FROM audit_entry WHERE details LIKE '%\"is_dry_run\":true%'") == [
                "run.finished"
            ])
        #expect(server.transcript == "")
        #expect(try await machine.show(dying)["status"] as? String == "active")
    }

    /// All rows of all tables but `run` and `audit_entry`.
    private func dump(_ machine: Machine) async throws -> [[String]] {
        let tables = [
            "encryption_key": 3, "tenant": 7, "recipient": 4, "stored_key": 14, "key_health": 20, "disabling": 4,
            "slice_lease": 4, "notice": 8, "mail": 17, "mail_notice": 2,
        ]
        var rows: [[String]] = []
        for (table, columns) in tables.sorted(by: { $0.key < $1.key }) {
            rows += try await machine.rows("SELECT * FROM \(table) ORDER BY 1, 2", columns: columns)
        }
        return rows
    }

    @Test("--no-notify queues and sends nothing; the next run sends")
    func noNotify() async throws {
        let machine = try await Machine()
        _ = try await machine.suspectOneOfTwo()
        let quiet = try await machine.run("run", "--all", "--no-notify", "--json", days: 8.01)
        #expect(quiet.number("notices", "queued") == 1, "\(quiet)")
        #expect(try machine.mails().isEmpty)
        #expect(try await machine.run("run", "--json", days: 8.02).number("notices", "sent") == 2)
    }

    @Test("Two concurrent runs probe each key once")
    func overlap() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        var keys: [(String, String, String)] = []
        for _ in 0..<40 { keys.append(("acme", "groq", try await machine.newSecret("groq", "slow:0.3"))) }
        try await machine.importKeys(keys)
        let programs = try (0..<3).map { _ in try machine.start(["run", "--json"], days: 0) }
        for program in programs { #expect([0, 75].contains(await program.finish().status)) }
        #expect(try await machine.value("SELECT count(*) FROM audit_entry WHERE event = 'key.probed'") == "40")
        // Beside the keys each run may probe one made-up key.
        #expect((41...43).contains(await machine.simulator.requestCount(provider: "groq")))
        #expect(try await machine.runsWithGaps() == [])
    }
}
