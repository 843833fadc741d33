import Foundation
import TestSupport
import Testing

/// A store whose disk is full (A7). The tests need a small disk, which only root can mount.
@Suite("A full disk", .serialized, .enabled(if: SmallDisk.isPossible, "only root can mount a small disk"))
struct FullDiskTests {
    /// What is on the small disk.
    enum Place: String, CaseIterable {
        case file = "the store's file", tables = "the server's tables", log = "the server's log"
    }

    private struct Scene {
        let machine: Machine
        let disk: SmallDisk
        /// A server whose write-ahead log is on the small disk.
        private(set) var logging: (cluster: PostgresCluster, database: PostgresDatabase)?

        init(_ place: Place) async throws {
            switch place {
            case .file:
                disk = try SmallDisk(megabytes: 40)
                machine = try await Machine(database: "sqlite://\(disk.path)/keyvigil.db")
            case .tables:
                disk = try SmallDisk(megabytes: 60, isForServer: true)
                let space = "\(disk.path)/space"
                try disk.makeDirectory("space")
                machine = try await Machine.onServer(PostgresCluster.shared.makeDatabase(in: space))
            case .log:
                disk = try SmallDisk(megabytes: 80, isForServer: true)
                try disk.makeDirectory("log")
                let cluster = try await PostgresCluster(
                    settings: ["min_wal_size = 2MB", "max_wal_size = 2MB"], walDirectory: "\(disk.path)/log")
                let database = try cluster.makeDatabase()
                machine = try await Machine.onServer(database)
                try database.psql("CREATE TABLE ballast (a text)")
                logging = (cluster, database)
            }
        }

        /// Fills the disk with write-ahead log until the server shuts down.
        func exhaustLog() {
            let megabytes = "INSERT INTO ballast SELECT repeat('x', 1000) FROM generate_series(1, 8000)"
            _ = try? logging?.database.psql(megabytes)
        }

        /// Makes room and restarts the server, as its operator would.
        func recover() throws {
            try disk.empty()
            try logging?.cluster.restart(immediate: true)
            try logging?.database.psql("TRUNCATE ballast")
        }
    }

    @Test(
        "A run on a full disk reports it and leaves nothing half done; with room again, the next run finishes",
        arguments: Campaign.isLong ? Place.allCases : [.file, .tables])
    func full(place: Place) async throws {
        let scene = try await Scene(place)
        let machine = scene.machine
        try await machine.importMany(200)
        var row = CampaignRow("A7", isOnServer: place != .file, injected: "disk full, \(place.rawValue)")
        var day = 0.0
        var failures = 0
        while row.times < Campaign.count(ci: 3, long: 60) {
            // No space, or enough for a part of the run.
            try scene.disk.fill(leaving: Bool.random() || row.times == 0 ? 0 : .random(in: 0...300_000))
            let program = try machine.start(["run", "--all", "--json", "--no-notify"], days: day)
            scene.exhaustLog()
            let failed = await program.finish()
            #expect([0, 69].contains(failed.status), "\(failed)")
            if failed.status != 0 { failures += 1 }
            try scene.recover()
            day += 0.5
            let next = try await machine.run("run", "--all", "--json", "--no-notify", days: day)
            #expect(next.status == 0 && next.number("keys", "alive") == 200, "\(next)")
            day += 0.5
            row.times += 1
        }
        #expect(failures > 0, "the disk was never full")
        try await machine.expectInvariants(machine.inspection(days: day), &row)
        row.print("\(failures) runs failed")
    }
}
