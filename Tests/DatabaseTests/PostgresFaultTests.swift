import Database
import Foundation
import Synchronization
import TestSupport
import Testing

/// A server that goes away, a network that cuts or swallows, a pooler in between.
@Suite struct PostgresFaultTests {
    /// Adds rows 0 to `count` − 1, one transaction each, to a table where a second copy would be seen.
    private func fill(_ database: Database, _ count: Int, then fault: @Sendable (Int) throws -> Void = { _ in })
        async throws
    {
        for number in 0..<count {
            try fault(number)
            _ = try await database.transaction { try $0.execute("INSERT INTO t VALUES ($1)", [.integer(number)]) }
        }
    }

    private func makeTable(_ store: PostgresDatabase) throws {
        try store.psql("CREATE TABLE t (a bigint)", Database.serverTables)
    }

    private func rows(_ store: PostgresDatabase) throws -> String {
        try store.psql("SELECT count(*), count(DISTINCT a) FROM t")
    }

    @Test("a lost reply to COMMIT is resolved by asking, never guessed (C7)", arguments: [true, false])
    func lostCommit(awaitingAnswer: Bool) async throws {
        let count = Campaign.count(ci: 25, long: 250)
        let cluster = try await PostgresCluster.shared
        let store = try cluster.makeDatabase()
        try makeTable(store)
        let proxy = try FaultProxy(to: .port(cluster.port))
        let database = try Database(postgresql: PostgresURL(store.url(.port(proxy.port))))
        try await fill(database, count) { number in
            proxy.mode = .cutAfterForwarding("COMMIT", awaitingAnswer: awaitingAnswer, times: 1)
        }
        #expect(proxy.statementCuts == count)
        #expect(try rows(store) == "\(count)|\(count)")
    }

    @Test func `what only reads leaves no mark, and is read again where its end is lost`() async throws {
        let cluster = try await PostgresCluster.shared
        let store = try cluster.makeDatabase()
        try makeTable(store)
        let proxy = try FaultProxy(to: .port(cluster.port))
        let database = try Database(postgresql: PostgresURL(store.url(.port(proxy.port))))
        let reads = Mutex(0)
        proxy.mode = .cutAfterForwarding("COMMIT", times: 1)
        let found = try await database.transaction { connection in
            reads.withLock { $0 += 1 }
            return try connection.first("SELECT count(*) FROM t", [], { $0.integer(0) })
        }
        #expect(found == 0)
        #expect(reads.withLock { $0 } == 2)
        #expect(try store.psql("SELECT count(*) FROM transaction_mark") == "0")
    }

    @Test func `a connection that is cut between transactions, or in one, costs nothing`() async throws {
        let cluster = try await PostgresCluster.shared
        let store = try cluster.makeDatabase()
        try makeTable(store)
        let proxy = try FaultProxy(to: .port(cluster.port))
        let database = try Database(postgresql: PostgresURL(store.url(.port(proxy.port))))
        let armed = Mutex<Set<Int>>([])
        for number in 0..<20 {
            if number % 2 == 0 { proxy.cut() }
            try await database.transaction { connection in
                try connection.execute("INSERT INTO t VALUES ($1)", [.integer(number)])
                if number % 5 == 0, try connection.first("SELECT count(*) FROM t", [], { $0.integer(0) }) == number + 1
                {
                    if armed.withLock({ $0.insert(number).inserted }) {
                        proxy.mode = .cutAfterForwarding("SELECT 1", times: 1)
                    }
                    _ = try connection.first("SELECT 1") { $0.integer(0) }
                }
            }
        }
        #expect(try rows(store) == "20|20")
    }

    @Test("a server that crashes and restarts under load loses and doubles nothing (C6)")
    func restarts() async throws {
        let restarts = Campaign.count(ci: 5, long: 500)
        let cluster = try await PostgresCluster()
        let store = try cluster.makeDatabase()
        try makeTable(store)
        let database = try Database(postgresql: PostgresURL(store.url(.socket)))
        let writing = Task {
            var number = 0
            while !Task.isCancelled {
                try await fill(database, 1, from: number)
                number += 1
            }
            return number
        }
        for _ in 0..<restarts { try cluster.restart(immediate: true) }
        writing.cancel()
        let written = try await writing.value
        #expect(try rows(store) == "\(written)|\(written)")
    }

    private func fill(_ database: Database, _ count: Int, from first: Int) async throws {
        _ = try await database.transaction { try $0.execute("INSERT INTO t VALUES ($1)", [.integer(first)]) }
    }

    @Test("a network that swallows everything is given up once for all who wait in line, and says so (C8)")
    func halfOpen() async throws {
        let cluster = try await PostgresCluster.shared
        let store = try cluster.makeDatabase()
        try makeTable(store)
        let proxy = try FaultProxy(to: .port(cluster.port))
        let database = try Database(postgresql: PostgresURL(store.url(.port(proxy.port))))
        proxy.mode = .hold
        let start = ContinuousClock.now
        await withTaskGroup { group in
            for number in 1...4 {
                group.addTask {
                    let error = await #expect(throws: DatabaseError.self) { try await fill(database, number) }
                    #expect(error?.kind == .unavailable)
                }
            }
        }
        #expect(start.duration(to: .now) < .seconds(60), "30 seconds on a machine of its own")
        #expect(try rows(store) == "0|0")
    }

    @Test func `a pooler that changes the server connection with each transaction is no hindrance`() async throws {
        let cluster = try await PostgresCluster.shared
        let store = try cluster.makeDatabase()
        try makeTable(store)
        let pooler = try await Pooler(to: cluster, sessions: 3)
        let url = try PostgresURL(store.url(.port(pooler.port)))
        try await withThrowingTaskGroup { group in
            for worker in 0..<4 {
                let database = try Database(postgresql: url)
                group.addTask {
                    for number in 0..<25 {
                        try await database.transaction { connection in
                            let value: [SQLValue] = [.integer(worker * 25 + number)]
                            try connection.execute("INSERT INTO t VALUES ($1)", value)
                            #expect(
                                try connection.first("SELECT a FROM t WHERE a = $1", value) { $0.integer(0) } != nil)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try rows(store) == "100|100")
    }

    @Test func `the clock is the server's`() async throws {
        let cluster = try await PostgresCluster.shared
        let store = try cluster.makeDatabase()
        let database = try Database(postgresql: PostgresURL(store.url(.socket)))
        try await database.read { _ = try $0.first("SELECT 1") { $0.integer(0) } }
        #expect(abs(database.now.timeIntervalSinceNow) < 30)
    }

    @Test(arguments: [
        "postgresql://u:p@ss@h/db", "postgresql://u:pass/word@h/db", "postgresql://h:12x/db",
        "postgresql://h/db?nothing=1",
    ])
    func `a connection string whose password is not encoded is refused without a word of it`(url: String) {
        let error = #expect(throws: PostgresURL.Unusable.self) { try PostgresURL(url) }
        #expect(error.map { !"\($0)".contains("ss") } ?? false)
    }

    @Test func `a server that is not there says where it was looked for`() async throws {
        let url = try PostgresURL("postgresql://keyvigil:secret@127.0.0.1:\(LoopbackPort.free())/store")
        let error = #expect(throws: DatabaseError.self) { try Database(postgresql: url) }
        #expect(error?.kind == .unavailable)
        #expect("\(try #require(error))".contains("127.0.0.1"))
        #expect(!"\(try #require(error)) \(url)".contains("secret"))
    }
}
