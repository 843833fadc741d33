import Database
import Foundation
import Testing

@Suite struct DatabaseTests {
    let path = NSTemporaryDirectory() + "keyvigil-\(UUID().uuidString).db"

    func open() throws -> Database { try Database(sqlite: path, create: true) }

    @Test func `a transaction that throws leaves nothing`() async throws {
        let database = try open()
        try await database.transaction { try $0.script("CREATE TABLE t (a)") }
        await #expect(throws: DatabaseError.self) {
            try await database.transaction { connection in
                try connection.execute("INSERT INTO t VALUES ($1)", [.integer(1)])
                try connection.execute("INSERT INTO nothing VALUES (1)")
            }
        }
        #expect(try await database.read { try $0.query("SELECT a FROM t") { $0.integer(0) } } == [])
    }

    @Test func `values come back as they went in`() async throws {
        let database = try open()
        let date = Date(timeIntervalSince1970: 1_795_256_100.125)
        let back = try await database.transaction { connection in
            try connection.script("CREATE TABLE t (a, b, c, d, e)")
            try connection.execute(
                "INSERT INTO t VALUES ($1, $2, $3, $4, $5)",
                [.integer(7), .text("é\u{0}x"), .blob([0, 255]), .null, .time(date)])
            return try connection.first("SELECT * FROM t") { row in
                (row.integer(0), row.text(1), row.blob(2), row.optionalText(3), row.time(4))
            }
        }
        #expect(try #require(back) == (7, "é\u{0}x", [0, 255], nil, date))
    }

    @Test func `an error names the statement and none of its values`() async throws {
        let database = try open()
        let error = await #expect(throws: DatabaseError.self) {
            try await database.transaction { connection in
                try connection.script("CREATE TABLE t (a UNIQUE)")
                try connection.execute("INSERT INTO t VALUES ($1)", [.text("sk-secret")])
                try connection.execute("INSERT INTO t VALUES ($1)", [.text("sk-secret")])
            }
        }
        #expect(error?.kind == .constraint)
        #expect("\(try #require(error))".contains("INSERT INTO t VALUES ($1)"))
        #expect(!"\(try #require(error))".contains("sk-secret"))
    }

    @Test func `a missing file is not created unless asked`() async throws {
        let error = #expect(throws: DatabaseError.self) { try Database(sqlite: path, create: false) }
        #expect(error?.kind == .unavailable)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a file that is no database is refused`() throws {
        try Data(repeating: 65, count: 4096).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: DatabaseError.self) { try open() }
        #expect(error?.kind == .unavailable)
    }

    @Test func `steps of the schema are applied once, and a newer store is refused`() async throws {
        let first = Migration(version: 1, sql: "CREATE TABLE schema_migration (version INTEGER, applied_at TEXT)")
        let second = Migration(version: 2, sql: "CREATE TABLE u (a)")
        let database = try open()
        let applied = try await database.transaction { try $0.migrate([first], now: .now) }
        #expect(applied == [1])
        #expect(try await database.transaction { try $0.migrate([first, second], now: .now) } == [2])
        let newer = await #expect(throws: NewerSchema.self) {
            try await database.transaction { try $0.migrate([first], now: .now) }
        }
        #expect(newer?.found == 2)
    }

    @Test func `two processes' worth of writers wait for each other`() async throws {
        let (one, two) = (try open(), try open())
        try await one.transaction { try $0.script("CREATE TABLE t (a)") }
        try await withThrowingTaskGroup { group in
            for database in [one, two] {
                group.addTask {
                    for _ in 0..<50 {
                        _ = try await database.transaction { try $0.execute("INSERT INTO t VALUES (1)") }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await one.read { try $0.first("SELECT count(*) FROM t") { $0.integer(0) } } == 100)
    }
}

@Suite struct UTCTextTests {
    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000Z"), (1_795_256_100.5, "2026-11-21T10:15:00.500Z"),
        (951_782_400, "2000-02-29T00:00:00.000Z"), (4_102_444_799.9996, "2100-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.000Z"),
    ])
    func `times read back to the millisecond`(seconds: Double, text: String) throws {
        #expect(UTCText.string(Date(timeIntervalSince1970: seconds)) == text)
        let back = try #require(UTCText.date(text))
        #expect(abs(back.timeIntervalSince1970 - seconds) < 0.001)
    }

    @Test(arguments: ["", "2026-11-21", "2026-11-21T10:15:00Z", "2026-11-21 10:15:00.000Z", "2026-1a-21T10:15:00.000Z"])
    func `other forms are no times`(text: String) { #expect(UTCText.date(text) == nil) }
}
