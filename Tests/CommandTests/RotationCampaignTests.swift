import Foundation
import Secrets
import Synchronization
import TestSupport
import Testing

@Suite("Master keys that are rotated under load", .serialized)
struct RotationCampaignTests {
    @Test(
        "Rotated twice amid runs and writers, the rotation killed every 200 ms: every key opens, none is lost (S6)",
        arguments: [false, true])
    func rotated(isOnServer: Bool) async throws {
        let count = Campaign.count(ci: 5_000, long: 100_000)
        let machine = try await Machine.make(onServer: isOnServer)
        let keys = try MasterKeys(machine, own: "v1", "v2", "v3")
        try await machine.importMany(count)
        var row = CampaignRow(
            "S6", isOnServer: isOnServer,
            injected: "SIGKILL of a rotation of the master key every 200 ms, 3 runners and a writer beside it")
        var added = 0
        for (old, new) in [("v1", "v2"), ("v2", "v3")] {
            // Every ring has the new key second before any ring begins with it.
            let known = try await machine.run("encryption", "status", environment: keys.ring(old, new))
            #expect(known.status == 0, "\(known)")
            let load = Load(
                machine, runners: [keys.ring(new, old), keys.ring(old, new), keys.ring(old)],
                writer: keys.ring(new, old))
            async let written = load.run()
            try await rotate(machine, keys, from: old, to: new, &row)
            load.stop()
            added += try await written
            try await expectRetired(machine, keys, old, new)
        }
        let stored = Int(try await machine.value("SELECT count(*) FROM stored_key") ?? "")
        row.lost += count + added - (stored ?? 0)
        #expect(stored == count + added)
        #expect(try await machine.value("SELECT count(*) FROM audit_entry WHERE finding = 'undecryptable'") == "0")
        #expect(try await machine.keys(under: keys.id("v3")) == stored)
        let last = try await machine.run(
            "run", "--all", "--json", "--no-notify", "--limit", "1000", environment: keys.ring("v3"))
        #expect(last.number("keys", "alive") == last.number("keys", "probed"), "\(last)")
        var inspection = try machine.inspection()
        inspection.ring = try keys.keyRing("v3")
        try await machine.expectInvariants(inspection, &row)
        row.print("\(count) keys, rotated twice")
    }

    /// Repeats a killed rotation until nothing is left; one that did not reach its first batch gets more time.
    private func rotate(
        _ machine: Machine, _ keys: MasterKeys, from old: String, to new: String, _ row: inout CampaignRow
    ) async throws {
        var left = try await machine.keys(under: keys.id(old))
        var patience = 200
        let end = ContinuousClock.now + .seconds(1200)
        while left > 0 {
            try #require(ContinuousClock.now < end, "\(row.times) kills, \(left) keys left")
            let early = try await machine.run("encryption", "retire", keys.id(old), environment: keys.ring(new, old))
            #expect(early.status == 65 || left == 0, "\(early)")
            let rotation = try machine.start(["encryption", "rotate"], environment: keys.ring(new, old))
            try await Task.sleep(for: .milliseconds(patience))
            if rotation.signal(SIGKILL) { row.times += 1 }
            let done = await rotation.finish()
            #expect([0, -SIGKILL].contains(done.status), "\(done)")
            let now = try await machine.keys(under: keys.id(old))
            patience = now < left ? 200 : patience * 2
            left = now
        }
    }

    private func expectRetired(_ machine: Machine, _ keys: MasterKeys, _ old: String, _ new: String) async throws {
        let retired = try await machine.run("encryption", "retire", keys.id(old), environment: keys.ring(new, old))
        #expect(retired.status == 0, "\(retired)")
        let late = try await machine.run("run", "--all", environment: keys.ring(old))
        #expect(late.status == 78 && late.errors.contains("is retired"), "\(late)")
    }
}

/// Runs over all keys and a writer of keys, which go on until `stop()`.
private final class Load: Sendable {
    private let machine: Machine
    private let runners: [[String: String]]
    private let writer: [String: String]
    private let isOver = Mutex(false)

    /// - Parameters:
    ///   - runners: each runner's ring. The last has one master key, so its runner leaves other keys alone.
    init(_ machine: Machine, runners: [[String: String]], writer: [String: String]) {
        self.machine = machine
        self.runners = runners
        self.writer = writer
    }

    func stop() { isOver.withLock { $0 = true } }

    private var isStopped: Bool { Task.isCancelled || isOver.withLock(\.self) }

    /// Runs until `stop()`; returns the number of keys added.
    func run() async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for (number, ring) in runners.enumerated() {
                group.addTask { try await self.check(ring, mayLackKeys: number == self.runners.count - 1) }
            }
            group.addTask { try await self.write() }
            return try await group.reduce(0, +)
        }
    }

    private func check(_ ring: [String: String], mayLackKeys: Bool) async throws -> Int {
        while !isStopped {
            let run = try await machine.run(
                "run", "--all", "--json", "--no-notify", "--limit", "300", environment: ring)
            #expect(run.status == 0 || run.status == 75 || (mayLackKeys && run.status == 3), "\(run)")
            #expect(run.number("keys", "unknown") == 0 && run.number("keys", "dead") == 0, "\(run)")
        }
        return 0
    }

    /// Alternately adds a key and replaces another.
    private func write() async throws -> Int {
        let ids = try await machine.column("SELECT id FROM stored_key WHERE provider = 'openai' ORDER BY id LIMIT 2000")
        var added = 0
        while !isStopped {
            let secret = try await machine.newSecret("openai")
            let add = ["keys", "add", "--tenant", "acme", "--provider", "openai", "--no-probe"]
            let done = try await machine.start(add, stdin: secret, environment: writer).finish()
            #expect(done.status == 0, "\(done)")
            added += 1
            let other = try await machine.newSecret("openai")
            let replaced = try await machine.run(
                "keys", "replace", ids.randomElement() ?? "", "--no-probe", stdin: other, environment: writer)
            #expect(replaced.status == 0 || replaced.errors.contains("changed meanwhile"), "\(replaced)")
        }
        return added
    }
}
