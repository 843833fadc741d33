import Foundation
import TestSupport
import Testing

@Suite struct TestBedClusterTests {
    @Test func `databases are separate, and a dropped one is gone`() async throws {
        let cluster = try await PostgresCluster.shared
        let first = try cluster.makeDatabase()
        let second = try cluster.makeDatabase()
        try first.psql("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1), (2)")
        #expect(try first.psql("SELECT a, a * 2 FROM t ORDER BY a", through: .tcp) == "1|2\n2|4")
        let error = #expect(throws: TestSupportFailure.self) { try second.psql("SELECT a FROM t") }
        #expect("\(try #require(error))".contains(#"relation "t" does not exist"#))
        try first.drop()
        #expect(try second.psql("SELECT count(*) FROM pg_database WHERE datname = '\(first.name)'") == "0")
    }

    @Test func `a template is prepared once and copied each time`() async throws {
        let cluster = try await PostgresCluster.shared
        var copies: [PostgresDatabase] = []
        for _ in 1...2 {
            let template = try await cluster.template("test bed") { database in
                try database.psql("CREATE TABLE t AS SELECT gen_random_uuid() AS a")
            }
            copies.append(try cluster.makeDatabase(template: template))
        }
        #expect(copies[0].name != copies[1].name)
        #expect(try copies[0].psql("SELECT a FROM t") == copies[1].psql("SELECT a FROM t"))
    }

    @Test func `any role may log in without a password`() async throws {
        let cluster = try await PostgresCluster.shared
        let database = try cluster.makeDatabase()
        try database.psql("CREATE ROLE test_bed_reader LOGIN")
        #expect(try database.psql("SELECT current_user", role: "test_bed_reader") == "test_bed_reader")
    }

    @Test func `a crash loses what was not committed and nothing else`() async throws {
        let cluster = try await PostgresCluster()
        let database = try cluster.makeDatabase()
        try database.psql("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
        let waiting = Task.detached {
            try database.psql("BEGIN", "INSERT INTO t VALUES (2)", "SELECT pg_sleep(60)", "COMMIT")
        }
        try await expectSoon {
            try database.psql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "1"
        }
        try cluster.restart(immediate: true)
        await #expect(throws: TestSupportFailure.self) { try await waiting.value }
        #expect(try database.psql("SELECT a FROM t") == "1")
        #expect(cluster.log.contains("database system was not properly shut down"))
    }

    @Test func `a cluster with other settings is removed with its files after its last reference`() async throws {
        let (files, port) = try await useCluster()
        #expect(!FileManager.default.fileExists(atPath: files))
        #expect(!LoopbackPort.accepts(port))
    }

    /// Has nothing left of it when it returns.
    private func useCluster() async throws -> (files: String, port: Int) {
        let cluster = try await PostgresCluster(isDurable: true, settings: ["work_mem = 1MB"])
        let database = try cluster.makeDatabase()
        #expect(try database.psql("SHOW fsync", "SHOW work_mem") == "on\n1MB")
        let files = try database.psql("SHOW data_directory")
        #expect(FileManager.default.fileExists(atPath: files))
        return (files, cluster.port)
    }

    @Test func `a pooler's next client finds what the last one left behind`() async throws {
        let cluster = try await PostgresCluster.shared
        let pooler = try await Pooler(to: cluster, sessions: 1)
        let database = try cluster.makeDatabase()
        try database.psql("SET work_mem = '5MB'", through: .port(pooler.port))
        #expect(try database.psql("SHOW work_mem", through: .port(pooler.port)) == "5MB")
        #expect(try database.psql("SHOW work_mem") == "4MB")
    }
}

/// Waits up to 20 seconds until the condition holds.
func expectSoon(sourceLocation: SourceLocation = #_sourceLocation, _ holds: () throws -> Bool) async throws {
    for _ in 0..<400 {
        if try holds() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("the condition did not hold within 20 seconds", sourceLocation: sourceLocation)
}
