import Foundation
import Synchronization
import TestSupport
import Testing

/// SIGTERM at random instants of a run, with the store available or not (U5).
@Suite("A run that is stopped at any instant", .serialized)
struct StopCampaignTests {
    /// The state of the store when the signal arrives.
    enum Store: String, CaseIterable {
        case file = "store there", server = "server there", stopped = "server stopped", halfOpen = "network half-open"
        var isOnServer: Bool { self != .file }
        var isThere: Bool { self == .file || self == .server }
    }

    private struct Scene {
        let machine: Machine
        let cluster: PostgresCluster?
        let proxy: FaultProxy?

        init(_ store: Store) async throws {
            guard store.isOnServer else {
                machine = try await Machine()
                cluster = nil
                proxy = nil
                return
            }
            let cluster = try await store == .stopped ? PostgresCluster() : PostgresCluster.shared
            let proxy = try FaultProxy(to: .port(cluster.port))
            machine = try await Machine.onServer(cluster, through: .port(proxy.port))
            self.cluster = cluster
            self.proxy = proxy
        }

        func take(_ store: Store) throws {
            if store == .stopped { try cluster?.stop(immediate: true) }
            if store == .halfOpen { proxy?.mode = .hold }
        }

        func giveBack(_ store: Store) throws {
            if store == .stopped { try cluster?.start() }
            if store == .halfOpen {
                proxy?.mode = .pass
                proxy?.cut()
            }
        }
    }

    @Test(
        "The run ends within seconds with 75, leaves nothing half done, and returns its leases",
        arguments: Store.allCases)
    func stopped(store: Store) async throws {
        let scene = try await Scene(store)
        let machine = scene.machine
        try await machine.importMany(60) { $0 % 10 == 0 ? "slow:0.2:valid" : .valid }
        var row = CampaignRow(
            "U5", isOnServer: store.isOnServer, injected: "SIGTERM at a random instant, \(store.rawValue)")
        let wanted = store.isThere ? Campaign.count(ci: 8, long: 400) : Campaign.count(ci: 2, long: 100)
        var attempts = 0.0
        var slowest = Duration.zero
        while row.times < wanted {
            attempts += 1
            let program = try machine.start(["run", "--all", "--json"], days: attempts / 100)
            try await Task.sleep(for: .milliseconds(.random(in: 20...600)))
            try scene.take(store)
            if !store.isThere { try await Task.sleep(for: .milliseconds(.random(in: 0...1_000))) }
            let isStopped = program.signal(SIGTERM)
            let sent = ContinuousClock.now
            let done = await program.finish()
            let took = sent.duration(to: .now)
            try scene.giveBack(store)
            guard isStopped else { continue }
            row.times += 1
            slowest = max(slowest, took)
            #expect(took < .seconds(10), "5 seconds on a machine of its own")
            // A run that was almost done completes; a process that had no signal handler yet is killed by the signal.
            #expect([75, 0, -SIGTERM].contains(done.status), "\(done)")
            #expect(done.status != 0 || done.text("outcome") == "complete")
            if store.isThere { #expect(try await !machine.hasLeases(), "\(done)") }
        }
        let last = try await machine.run("run", "--all", "--json", days: attempts / 100 + 0.1)
        #expect(last.status == 0 && last.number("keys", "alive") == 60, "\(last)")
        #expect(try await !machine.hasLeases())
        try await machine.expectInvariants(machine.inspection(days: attempts / 100 + 0.1), &row)
        row.print("slowest end \(slowest.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1))))")
    }
}
