import Foundation
import TestSupport
import Testing

@Suite struct TestBedProxyTests {
    let database: PostgresDatabase
    let proxy: FaultProxy

    init() async throws {
        let cluster = try await PostgresCluster.shared
        database = try cluster.makeDatabase()
        proxy = try FaultProxy(to: .port(cluster.port))
        try database.psql("CREATE TABLE t (a int)")
    }

    var route: PostgresDatabase.Route { .port(proxy.port) }

    /// A client that sleeps in the server, through the proxy.
    func sleeper() async throws -> Task<String, any Error> {
        let task = Task.detached { [database, route] in try database.psql("SELECT pg_sleep(60)", through: route) }
        try await expectSoon { try sleepers() == "1" }
        return task
    }

    func sleepers() throws -> String {
        try database.psql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    }

    @Test func `forwards messages, large and small, of several clients at once`() async throws {
        let size = 3_000_000
        let lengths = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 1...3 {
                group.addTask { try database.psql("SELECT repeat('x', \(size))", through: route) }
            }
            return try await group.reduce(into: []) { $0.append($1.count) }
        }
        #expect(lengths == [size, size, size])
        #expect(proxy.accepted == 3)
        try await expectSoon { proxy.connections == 0 }
    }

    @Test func `reaches a unix socket as well`() async throws {
        let file = try await PostgresCluster.shared.socketPath
        let proxy = try FaultProxy(to: .socket(file))
        #expect(try database.psql("SELECT inet_server_addr() IS NULL", through: .port(proxy.port)) == "t")
    }

    @Test func `cuts current connections, and serves later ones`() async throws {
        let waiting = try await sleeper()
        proxy.cut()
        let error = await #expect(throws: TestSupportFailure.self) { try await waiting.value }
        #expect("\(try #require(error))".contains("server closed the connection unexpectedly"))
        #expect(try database.psql("SELECT 1", through: route) == "1")
    }

    @Test func `a cut is a reset, not an orderly end`() async throws {
        let script = """
            import socket, sys
            client = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
            print(sys.argv[2])
            try: print(client.recv(1))
            except OSError as error: print(type(error).__name__)
            """
        let client = try await PythonServer(script, ["\(proxy.port)"])
        try await expectSoon { proxy.connections == 1 }
        proxy.cut()
        try await expectSoon { client.output.hasSuffix("\nConnectionResetError\n") }
    }

    @Test func `holds connections open and forwards nothing, not even the server's close`() async throws {
        let waiting = try await sleeper()
        proxy.mode = .hold
        try database.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        try await expectSoon { try sleepers() == "0" }
        try await Task.sleep(for: .milliseconds(300))
        #expect(proxy.connections == 1)
        proxy.cut()
        let error = await #expect(throws: TestSupportFailure.self) { try await waiting.value }
        #expect("\(try #require(error))".contains("server closed the connection unexpectedly"))
        #expect(!"\(try #require(error))".contains("terminating connection"))
    }

    @Test func `refuses new connections and serves current ones`() async throws {
        let waiting = Task.detached { [database, route] in
            try database.psql("SELECT pg_sleep(3)", "SELECT 'served'", through: route)
        }
        try await expectSoon { try sleepers() == "1" }
        proxy.mode = .refuse
        let error = #expect(throws: TestSupportFailure.self) { try database.psql("SELECT 1", through: route) }
        #expect("\(try #require(error))".contains("Connection refused"))
        #expect(try await waiting.value.contains("served"))
        proxy.mode = .pass
        #expect(try database.psql("SELECT 1", through: route) == "1")
    }

    @Test func `delays both ways`() async throws {
        proxy.mode = .delay(.milliseconds(200))
        let start = ContinuousClock.now
        try database.psql("SELECT 1", through: route)
        // The start and the query are answered, each after a delay there and one back.
        #expect(ContinuousClock.now - start > .milliseconds(800))
    }

    @Test(arguments: [true, false])
    func `cuts at COMMIT: the row is there although the client saw the connection die`(isAwaiting: Bool) async throws {
        proxy.mode = .cutAfterForwarding("COMMIT", awaitingAnswer: isAwaiting, times: 1)
        let error = #expect(throws: TestSupportFailure.self) {
            try database.psql("BEGIN", "INSERT INTO t VALUES (1) RETURNING 'inserted'", "COMMIT", through: route)
        }
        #expect("\(try #require(error))".contains("inserted"))
        #expect(!"\(try #require(error))".contains("COMMIT\n"))
        #expect(proxy.statementCuts == 1)
        if isAwaiting { #expect(try database.psql("SELECT a FROM t") == "1") }
        try await expectSoon { try database.psql("SELECT a FROM t") == "1" }
        // It was to fire once.
        try database.psql("BEGIN", "INSERT INTO t VALUES (2)", "COMMIT", through: route)
        #expect(proxy.statementCuts == 1)
    }

    @Test(arguments: ["simple", "extended", "prepared"], ["", "pipeline"])
    func `finds COMMIT in each way to say it`(protocol: String, pipeline: String) async throws {
        if `protocol` == "simple" && !pipeline.isEmpty { return }
        let cluster = try await PostgresCluster.shared
        let directory = try TemporaryDirectory()
        let statements = "BEGIN;\nINSERT INTO t VALUES (1);\nCOMMIT;\n"
        let script = pipeline.isEmpty ? statements : "\\startpipeline\n\(statements)\\endpipeline\n"
        let file = try directory.write(script, to: "script.sql")
        let command = ["-n", "-M", `protocol`, "-f", file, "-h", "127.0.0.1", "-p", "\(proxy.port)", "-U", "keyvigil"]
        let bench = { try ServerProcess.run("\(cluster.programs)/pgbench", command + $0, in: directory) }

        // Each of ten clients commits once, and is cut off.
        proxy.mode = .cutAfterForwarding("COMMIT")
        #expect(throws: TestSupportFailure.self) { try bench(["-c", "10", "-t", "1", database.name]) }
        #expect(proxy.statementCuts == 10)
        #expect(try database.psql("SELECT count(*) FROM t") == "10")
        proxy.mode = .pass
        _ = try bench(["-c", "2", "-t", "5", database.name])
        #expect(try database.psql("SELECT count(*) FROM t") == "20")
    }

    @Test func `finds a COMMIT that was prepared long before`() async throws {
        let cluster = try await PostgresCluster.shared
        let directory = try TemporaryDirectory()
        let file = try directory.write("BEGIN;\nINSERT INTO t VALUES (1);\nCOMMIT;\n", to: "script.sql")
        let bench = Task.detached { [proxy, database] in
            try ServerProcess.run(
                "\(cluster.programs)/pgbench",
                ["-n", "-M", "prepared", "-f", file, "-h", "127.0.0.1", "-p", "\(proxy.port)", "-U", "keyvigil"]
                    + ["-T", "60", database.name], in: directory)
        }
        try await expectSoon { try database.psql("SELECT count(*) > 3 FROM t") == "t" }
        proxy.mode = .cutAfterForwarding("COMMIT")
        await #expect(throws: TestSupportFailure.self) { try await bench.value }
        #expect(proxy.statementCuts == 1)
    }
}
