import Database
import Foundation
import Synchronization
import TestSupport
import Testing

/// A server that stops or crashes, a network that cuts connections or drops packets, a pooler in between.
@Suite struct PostgresFaultTests {
    /// Adds rows 0 to `count` − 1, one transaction each, to a table where a second copy would be seen.
    private func fill(
        _ database: Database, count: Int, before fault: @Sendable (Int) throws -> Void = { _ in }
    ) async throws {
        for number in 0..<count {
            try fault(number)
            try await insert(number, into: database)
        }
    }

    private func makeTable(_ store: PostgresDatabase) throws {
        try store.psql("CREATE TABLE t (a bigint)", PostgresDatabase.transactionMarks)
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
        try await fill(database, count: count) { number in
            proxy.mode = .cutAfterForwarding("COMMIT", awaitingAnswer: awaitingAnswer, times: 1)
        }
        #expect(proxy.statementCuts == count)
        #expect(try rows(store) == "\(count)|\(count)")
    }

    @Test func `a transaction that only reads writes no mark, and a lost reply to COMMIT repeats it`() async throws {
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
                try await insert(number, into: database)
                number += 1
            }
            return number
        }
        for _ in 0..<restarts { try cluster.restart(immediate: true) }
        writing.cancel()
        let written = try await writing.value
        #expect(try rows(store) == "\(written)|\(written)")
    }

    private func insert(_ number: Int, into database: Database) async throws {
        _ = try await database.transaction { try $0.execute("INSERT INTO t VALUES ($1)", [.integer(number)]) }
    }

    @Test("a network that drops all packets is given up once for all waiting transactions, with an error (C8)")
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
                    let error = await #expect(throws: DatabaseError.self) { try await fill(database, count: number) }
                    #expect(error?.kind == .unavailable)
                }
            }
        }
        #expect(start.duration(to: .now) < .seconds(60), "30 seconds on a machine of its own")
        #expect(try rows(store) == "0|0")
    }

    @Test func `a client that disappears in the middle of a long message holds no lock for long`() async throws {
        let cluster = try await PostgresCluster.shared
        let store = try cluster.makeDatabase()
        try makeTable(store)
        let proxy = try FaultProxy(to: .port(cluster.port))
        let database = try Database(postgresql: PostgresURL(store.url(.port(proxy.port))))
        let statement = BatchStatement.insert(into: "t", [("a", .integer)])
        let isFirst = Mutex(true)
        let writing = Task {
            _ = try await database.transaction { connection in
                let isFirst = isFirst.withLock { value in
                    defer { value = false }
                    return value
                }
                if isFirst { proxy.mode = .holdAfterForwarding(bytes: 12_000) }
                try connection.execute(statement, rows: (0..<1000).map { [.integer($0)] })
            }
        }
        let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \(store.oid)"
        try await wait(until: locks, is: "1", on: store)
        try await wait(until: locks, is: "0", on: store)
        proxy.mode = .pass
        _ = try await writing.value
        #expect(try rows(store) == "1000|1000")
    }

    private func wait(until query: String, is answer: String, on store: PostgresDatabase) async throws {
        let end = ContinuousClock.now + .seconds(10)
        while try store.psql(query) != answer {
            try #require(ContinuousClock.now < end, "not \(answer): \(query)")
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test func `a wait for an exclusive transaction that takes long is retried, not given up`() async throws {
        let cluster = try await PostgresCluster.shared
        let store = try cluster.makeDatabase()
        try makeTable(store)
        let database = try Database(postgresql: PostgresURL(store.url(.socket)))
        try await fill(database, count: 1)
        let lock = "SELECT pg_advisory_xact_lock(\(0x6b65_7976_6967_696c)), pg_sleep(13)"
        let holding = Task.detached { try store.psql(lock) }
        try await Task.sleep(for: .seconds(1))
        try await insert(1, into: database)
        _ = try await holding.value
        #expect(try rows(store) == "2|2")
    }

    @Test func `a long result has as much time as its reader takes`() async throws {
        let store = try await PostgresCluster.shared.makeDatabase()
        let database = try Database(postgresql: PostgresURL(store.url(.socket)))
        let seconds = try await database.read { connection in
            var rows = 0
            try connection.forEachRow("SELECT pg_sleep(1) FROM generate_series(1, 13)") { _ in rows += 1 }
            let limit = try connection.first("SHOW statement_timeout") { $0.text(0) }
            #expect(limit == "12s", "and the next statement has the usual time")
            return rows
        }
        #expect(seconds == 13)
    }

    @Test func `of several servers the first usable one is chosen, also after a silent one`() async throws {
        let cluster = try await PostgresCluster.shared
        let store = try cluster.makeDatabase()
        let silent = try FaultProxy(to: .port(cluster.port))
        silent.mode = .hold
        let closed = try LoopbackPort.free()
        let servers = [closed, silent.port, cluster.port].map { "127.0.0.1:\($0)" }.joined(separator: ",")
        let url = store.url(.port(cluster.port)).replacing("127.0.0.1:\(cluster.port)", with: servers)
        let database = try Database(postgresql: PostgresURL(url + "?target_session_attrs=read-write"), within: 3)
        #expect(try await database.passesIntegrityCheck())
        let impatient = try PostgresURL(url + "?connect_timeout=2")
        let start = ContinuousClock.now
        #expect(try await Database(postgresql: impatient, within: 60).passesIntegrityCheck())
        #expect(start.duration(to: .now) < .seconds(15), "two seconds for the silent one")
    }

    @Test func `of several failed attempts, a server's refusal is reported, and ends the search`() async throws {
        let cluster = try await PostgresCluster.shared
        let store = try cluster.makeDatabase()
        let servers = try [LoopbackPort.free(), cluster.port, LoopbackPort.free()].map { "127.0.0.1:\($0)" }
        let url = store.url(.port(cluster.port), role: "nobody")
            .replacing("127.0.0.1:\(cluster.port)", with: servers.joined(separator: ","))
        let error = #expect(throws: DatabaseError.self) { try Database(postgresql: PostgresURL(url)) }
        #expect(error?.kind == .forbidden)
        #expect("\(try #require(error))".contains("role \"nobody\" does not exist"))
    }

    @Test func `verify-full without authorities says which setting names them`() async throws {
        let server = try await PythonServer(
            """
            import socket
            listener = socket.create_server(("127.0.0.1", 0))
            print(listener.getsockname()[1], flush=True)
            while True:
                client, _ = listener.accept()
                client.recv(8)
                client.sendall(b"S")
                client.recv(1)
            """)
        let url = try PostgresURL("postgresql://u@127.0.0.1:\(server.port)/store?sslmode=verify-full&sslrootcert=/none")
        let error = #expect(throws: DatabaseError.self) { try Database(postgresql: url) }
        #expect(error?.kind == .unavailable)
        let message = "\(try #require(error))"
        #expect(message.contains("/none"))
        #expect(message.contains("sslrootcert="))
        #expect(!message.contains("disable"))
    }

    @Test func `a pooler may switch the server connection with each transaction`() async throws {
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

    @Test func `marks of processes that ended long ago are deleted`() async throws {
        let store = try await PostgresCluster.shared.makeDatabase()
        try makeTable(store)
        let database = try Database(postgresql: PostgresURL(store.url(.socket)))
        try await fill(database, count: 1)
        try store.psql(
            "INSERT INTO transaction_mark VALUES ('gone', 'x', now() - interval '31 days'), ('new', 'x', now())")
        try await database.transaction { try $0.deleteOldTransactionMarks() }
        #expect(try store.psql("SELECT count(*) FROM transaction_mark WHERE session IN ('gone', 'new')") == "1")
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
    func `a connection string whose password is not encoded is refused without showing it`(url: String) {
        let error = #expect(throws: PostgresURL.Unusable.self) { try PostgresURL(url) }
        #expect(error.map { !"\($0)".contains("ss") } ?? false)
    }

    @Test func `the error about a missing server names its address`() async throws {
        let url = try PostgresURL("postgresql://keyvigil:secret@127.0.0.1:\(LoopbackPort.free())/store")
        let error = #expect(throws: DatabaseError.self) { try Database(postgresql: url) }
        #expect(error?.kind == .unavailable)
        #expect("\(try #require(error))".contains("127.0.0.1"))
        #expect(!"\(try #require(error)) \(url)".contains("secret"))
    }
}
