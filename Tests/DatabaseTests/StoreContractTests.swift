import Database
import Foundation
import Synchronization
import TestSupport
import Testing

/// What every store must do, on both engines.
@Suite struct StoreContractTests {
    enum Engine: String, CaseIterable, Sendable {
        case sqlite, postgresql

        /// An empty store of its own.
        func open() async throws -> Database { try await Place(self).open() }
    }

    @Test(arguments: Engine.allCases) func `a transaction that throws leaves nothing`(engine: Engine) async throws {
        let database = try await engine.open()
        try await database.transaction { try $0.script("CREATE TABLE t (a INTEGER)") }
        await #expect(throws: DatabaseError.self) {
            try await database.transaction { connection in
                try connection.execute("INSERT INTO t VALUES ($1)", [.integer(1)])
                try connection.execute("INSERT INTO nothing VALUES (1)")
            }
        }
        #expect(try await database.read { try $0.query("SELECT a FROM t") { $0.integer(0) } } == [])
    }

    @Test(arguments: Engine.allCases) func `values come back as they went in`(engine: Engine) async throws {
        let database = try await engine.open()
        let date = Date(timeIntervalSince1970: 1_795_256_100.125)
        let dialect = database.dialect
        try await database.transaction { connection in
            try connection.script(
                """
                CREATE TABLE t (a BIGINT, b TEXT, c \(dialect.bytes), d TEXT, e \(dialect.time), f \(dialect.flag),
                    g \(dialect.time), h \(dialect.bytes));
                """)
            try connection.execute(
                "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                [
                    .integer(Int64.min), .text("é𝄞"), .blob([0, 255]), .null(.text), .time(date), .flag(true),
                    .null(.time), .blob([]),
                ])
            let count = try connection.query("SELECT * FROM t WHERE e = $1", [.time(date)]) { row in
                #expect(row.integer(0) == Int.min)
                #expect(row.text(1) == "é𝄞")
                #expect(row.blob(2) == [0, 255])
                #expect(row.optionalText(3) == nil)
                #expect(row.text(3) == "")
                #expect(row.optionalInteger(3) == nil)
                #expect(row.time(4) == date)
                #expect(row.flag(5))
                #expect(row.time(6) == nil)
                #expect(row.blob(7) == [])
            }.count
            #expect(count == 1)
        }
    }

    @Test(arguments: Engine.allCases) func `times keep their millisecond, before and after 2000`(engine: Engine)
        async throws
    {
        let database = try await engine.open()
        for seconds in [-1.001, 0, 946_684_799.999, 946_684_800, 1_795_256_100.1234, 4_102_444_799.9996] {
            let date = Date(timeIntervalSince1970: seconds)
            let back = try await database.transaction { connection in
                let column = connection.dialect == .sqlite ? "$1" : "$1::timestamptz"
                return try connection.first("SELECT \(column)", [.time(date)]) { $0.time(0) } ?? nil
            }
            #expect(UTCText.string(try #require(back)) == UTCText.string(date))
        }
    }

    @Test(arguments: Engine.allCases)
    func `an error names the statement and none of its values`(engine: Engine) async throws {
        let database = try await engine.open()
        let error = await #expect(throws: DatabaseError.self) {
            try await database.transaction { connection in
                try connection.script("CREATE TABLE t (a TEXT UNIQUE)")
                try connection.execute("INSERT INTO t VALUES ($1)", [.text("sk-secret")])
                try connection.execute("INSERT INTO t VALUES ($1)", [.text("sk-secret")])
            }
        }
        #expect(error?.kind == .constraint)
        #expect("\(try #require(error))".contains("INSERT INTO t VALUES ($1)"))
        #expect(!"\(try #require(error))".contains("sk-secret"))
    }

    @Test(arguments: Engine.allCases)
    func `a batch changes each row that matches, and returns which`(engine: Engine) async throws {
        let database = try await engine.open()
        let insert = BatchStatement.insert(into: "t", [("a", .integer), ("b", .text), ("c", .time)])
        let isSame = database.dialect.isSame
        let update = BatchStatement.update(
            "t", set: "b = $1", where: "a = $2 AND b \(isSame) $3", types: [.text, .integer, .text])
        let rows: [[SQLValue]] = (0..<2_500).map {
            [.integer($0), $0 % 2 == 0 ? .null(.text) : .text("old"), .time(Date(timeIntervalSince1970: Double($0)))]
        }
        let changed = try await database.transaction { connection in
            try connection.script("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c \(connection.dialect.time))")
            #expect(try connection.execute(insert, rows: rows) == [Bool](repeating: true, count: 2_500))
            return try connection.execute(
                update,
                rows: (0..<2_500).map { [.text("new"), .integer($0), $0 % 3 == 0 ? .null(.text) : .text("old")] })
        }
        #expect(changed == (0..<2_500).map { ($0 % 2 == 0) == ($0 % 3 == 0) })
        let new = try await database.read { try $0.query("SELECT a FROM t WHERE b = 'new'") { $0.integer(0) } }
        #expect(Set(new) == Set(changed.indices.filter { changed[$0] }))
    }

    @Test(arguments: Engine.allCases)
    func `a row executed later is there for the next query and after the commit`(engine: Engine) async throws {
        let database = try await engine.open()
        let insert = BatchStatement.insert(into: "t", [("a", .integer)])
        let seen = try await database.transaction { connection in
            try connection.script("CREATE TABLE t (a INTEGER)")
            for number in 0..<1_500 { try connection.executeLater(insert, row: [.integer(number)]) }
            let seen = try connection.first("SELECT count(*) FROM t") { $0.integer(0) }
            try connection.executeLater(insert, row: [.integer(-1)])
            return seen
        }
        #expect(seen == 1_500)
        #expect(try await database.read { try $0.first("SELECT min(a) FROM t") { $0.integer(0) } } == -1)
    }

    @Test(arguments: Engine.allCases)
    func `a row that fails later fails the transaction`(engine: Engine) async throws {
        let database = try await engine.open()
        try await database.transaction { try $0.script("CREATE TABLE t (a INTEGER PRIMARY KEY)") }
        let insert = BatchStatement.insert(into: "t", [("a", .integer)])
        let error = await #expect(throws: DatabaseError.self) {
            try await database.transaction { connection in
                try connection.executeLater(insert, row: [.integer(1)])
                try connection.executeLater(insert, row: [.integer(1)])
            }
        }
        #expect(error?.kind == .constraint)
        #expect(try await database.read { try $0.first("SELECT count(*) FROM t") { $0.integer(0) } } == 0)
    }

    @Test(arguments: Engine.allCases) func `rows of a large answer come one after another`(engine: Engine) async throws
    {
        let database = try await engine.open()
        let sum = try await database.read { connection in
            var sum = 0
            try connection.forEachRow(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT i FROM n",
                [.integer(20_000)]
            ) { sum += $0.integer(0) }
            return sum
        }
        #expect(sum == 200_010_000)
    }

    @Test(arguments: Engine.allCases)
    func `writers on two connections lose none of each other's updates`(engine: Engine) async throws {
        let place = try await Place(engine)
        let one = try place.open()
        let two = try place.open()
        try await one.transaction { connection in
            try connection.script("CREATE TABLE t (a INTEGER)")
            try connection.execute("INSERT INTO t VALUES (0)")
        }
        try await withThrowingTaskGroup { group in
            for database in [one, two] {
                group.addTask {
                    for _ in 0..<50 {
                        try await database.transaction { connection in
                            let now = try connection.first("SELECT a FROM t") { $0.integer(0) } ?? 0
                            try connection.execute("UPDATE t SET a = $1", [.integer(now + 1)])
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await one.read { try $0.first("SELECT a FROM t") { $0.integer(0) } } == 100)
    }

    @Test(arguments: Engine.allCases)
    func `ids come back as the same text, in order, and any other text is no id`(engine: Engine) async throws {
        let database = try await engine.open()
        let ids = ["00000000-0000-4000-8000-000000000001", "0f9a8b7c-6d5e-4f3a-a1b2-c3d4e5f60718"]
        let isFile = database.dialect == .sqlite
        try await database.transaction { connection in
            try connection.script("CREATE TABLE u (id \(isFile ? "TEXT" : "UUID"))")
            for id in ids.reversed() { try connection.execute("INSERT INTO u (id) VALUES ($1)", [.id(id)]) }
        }
        let found = try await database.read { connection in
            try connection.query("SELECT id FROM u WHERE id > $1 ORDER BY id", [.id(after: "")]) { $0.text(0) }
        }
        #expect(found == ids)
        let rest = try await database.read { connection in
            try connection.query("SELECT id FROM u WHERE id > $1", [.id(after: ids[0])]) { $0.text(0) }
        }
        #expect(rest == [ids[1]])
        for text in ["", "nobody", ids[1].uppercased(), ids[1] + "0", ids[1].replacing("-", with: "0"), "é\(ids[1])"] {
            let none = try await database.read { connection in
                try connection.query("SELECT id FROM u WHERE id = $1", [.id(text)]) { $0.text(0) }
            }
            #expect(none == [])
        }
    }

    /// One store for several connections.
    private struct Place {
        let open: @Sendable () throws -> Database

        init(_ engine: Engine) async throws {
            switch engine {
            case .sqlite:
                let directory = try TemporaryDirectory()
                open = { try Database(sqlite: directory.path("store.db"), create: true) }
                Self.kept.withLock { $0.append(directory) }
            case .postgresql:
                let database = try await PostgresCluster.shared.makeDatabase()
                try database.psql(PostgresDatabase.transactionMarks)
                open = { try Database(postgresql: PostgresURL(database.url(.socket))) }
                Self.kept.withLock { $0.append(database) }
            }
        }

        /// What holds the stores' files, kept to the end of the process.
        private static let kept = Mutex<[any Sendable]>([])
    }
}

extension Dialect {
    fileprivate var time: String { self == .sqlite ? "TEXT" : "TIMESTAMPTZ" }
    fileprivate var bytes: String { self == .sqlite ? "BLOB" : "BYTEA" }
    fileprivate var flag: String { self == .sqlite ? "INTEGER" : "BOOLEAN" }
}
