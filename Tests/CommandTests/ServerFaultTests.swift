import Foundation
import TestSupport
import Testing

/// Whole runs on a server that crashes, behind a network that breaks connections or loses data.
@Suite("A run whose server or network fails", .serialized)
struct ServerFaultTests {
    /// A machine whose connection to its server can fail.
    private struct Scene {
        let cluster: PostgresCluster
        let proxy: FaultProxy
        let machine: Machine
        private(set) var runs = 0.0

        init(_ cluster: PostgresCluster) async throws {
            self.cluster = cluster
            proxy = try FaultProxy(to: .port(cluster.port))
            machine = try await Machine.onServer(cluster, through: .port(proxy.port))
            try await machine.importMany(60)
        }

        /// The offset of the last run's clock, in days.
        var day: Double { runs / 50 }

        /// Starts the next run, for which every key is due.
        mutating func start() throws -> Program {
            runs += 1
            return try machine.start(["run", "--all", "--json", "--no-notify"], days: day)
        }

        /// Expects that a run without faults finishes the work, and checks the invariants.
        mutating func expectRecovery(_ row: inout CampaignRow) async throws {
            let last = try await start().finish()
            #expect(last.status == 0 && last.number("keys", "alive") == 60, "\(last)")
            #expect(try await !machine.hasLeases())
            try await machine.expectInvariants(machine.inspection(days: day), &row)
        }
    }

    @Test("Server crashes and restarts during runs lose nothing and repeat nothing (C6)")
    func crashes() async throws {
        var scene = try await Scene(PostgresCluster())
        var row = CampaignRow("C6", isOnServer: true, injected: "crash and restart of the server during runs")
        while row.times < Campaign.count(ci: 5, long: 500) {
            let program = try scene.start()
            try await Task.sleep(for: .milliseconds(.random(in: 0...500)))
            try scene.cluster.restart(immediate: true)
            let done = await program.finish()
            #expect(done.status == 0, "\(done)")
            row.times += 1
        }
        try await scene.expectRecovery(&row)
        row.print()
    }

    @Test("A run that begins while the server restarts waits for it; an interactive command fails at once")
    func awayAtFirst() async throws {
        var scene = try await Scene(PostgresCluster())
        try scene.cluster.stop()
        let status = try await scene.machine.run("status")
        #expect(status.status == 69 && !status.errors.contains("waiting"), "\(status)")
        let program = try scene.start()
        try await Task.sleep(for: .seconds(2))
        try scene.cluster.start()
        let done = await program.finish()
        #expect(done.status == 0 && done.number("keys", "alive") == 60, "\(done)")
        #expect(done.errors.contains("keyvigil: store: "), "\(done)")
        #expect(done.errors.contains("; waiting for it, up to 25 seconds"), "\(done)")
    }

    @Test("Connections cut at COMMIT, before or after it is done, lose nothing and repeat nothing (C7)")
    func cuts() async throws {
        var scene = try await Scene(PostgresCluster.shared)
        var row = CampaignRow("C7", isOnServer: true, injected: "connection cut at COMMIT, its reply lost")
        while scene.proxy.statementCuts < Campaign.count(ci: 20, long: 500) {
            let program = try scene.start()
            try await Task.sleep(for: .milliseconds(.random(in: 60...300)))
            scene.proxy.mode = .cutAfterForwarding("COMMIT", awaitingAnswer: .random(), times: .random(in: 1...3))
            let done = await program.finish()
            #expect(done.status == 0 && done.number("keys", "probed") == 60, "\(done)")
        }
        row.times = scene.proxy.statementCuts
        scene.proxy.mode = .pass
        try await scene.expectRecovery(&row)
        row.print()
    }

    @Test(
        "A run gives up if the network loses all data, and the next run finishes (C8)",
        .enabled(if: Campaign.isLong, "each takes half a minute"))
    func halfOpen() async throws {
        var scene = try await Scene(PostgresCluster.shared)
        var row = CampaignRow("C8", isOnServer: true, injected: "network half-open during a run")
        var slowest = Duration.zero
        while row.times < Campaign.count(ci: 1, long: 20) {
            let program = try scene.start()
            try await Task.sleep(for: .milliseconds(.random(in: 60...300)))
            scene.proxy.mode = .hold
            let start = ContinuousClock.now
            let done = await program.finish()
            slowest = max(slowest, start.duration(to: .now))
            #expect([0, 69].contains(done.status), "\(done)")
            scene.proxy.mode = .pass
            scene.proxy.cut()
            row.times += 1
        }
        #expect(slowest < .seconds(45), "30 seconds on a machine of its own")
        try await scene.expectRecovery(&row)
        row.print("slowest end \(slowest.formatted(.units(allowed: [.seconds])))")
    }
}
