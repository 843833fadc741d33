import Curl
import Database
import Foundation
import KeyVigil
import Mail
import TestSupport
import Testing

@testable import Revalidation

/// The store fails during a run: state, audit row and notice are one transaction.
struct RunFaultTests {
    static let places = [
        "INSERT ON notice", "INSERT ON disabling", "UPDATE OF status ON key_health WHEN new.status = 'disabled'",
        "INSERT ON audit_entry WHEN new.event = 'key.disabled'",
    ]

    @Test(
        "A failure anywhere in a disabling leaves the key, its audit rows and its notices as they were",
        arguments: places)
    func disabling(place: String) async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            let key = try await platform.addKey(.invalid)
            try await platform.revalidate()
            try await platform.keepAlive(good)
            let parts = place.components(separatedBy: " WHEN ")
            try await platform.script(TestStore.fault(parts[0], when: parts.count > 1 ? parts[1] : nil))
            await #expect(throws: DatabaseError.self) { try await platform.revalidate() }
            let health = try await platform.health(key)
            #expect(health.status == .active && health.suspicion != nil)
            #expect(try await platform.count("SELECT count(*) FROM notice") == 0)
            #expect(try await platform.count("SELECT count(*) FROM disabling") == 0)
            #expect(!(try await platform.events(of: key)).contains("key.disabled"))
            #expect(health.nextProbeAt.map { $0 <= platform.clock.now } == true)

            let table = parts[0].components(separatedBy: " ON ")[1]
            try await platform.script(TestStore.mending(table))
            try await platform.keepAlive(good, days: 0.01)
            #expect(try await platform.revalidate().transitions["disabled"] == 1)
            #expect(try await platform.count("SELECT count(*) FROM notice") == 1)
        }
    }

    @Test("A row whose columns contradict each other ends the run, and its key is neither probed nor enabled")
    func contradiction() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey()
            try await platform.execute(TestStore.unchecking("key_health"))
            try await platform.execute("UPDATE key_health SET status = 'disabled'")
            let error = await #expect(throws: DatabaseError.self) { try await platform.revalidate() }
            #expect(error?.message.contains(key.id) == true)
            #expect(await platform.probes(key) == 0)
            let statuses = try await platform.store.database.read { connection in
                try connection.query("SELECT status FROM key_health") { $0.text(0) }
            }
            #expect(statuses == ["disabled"])
        }
    }

    @Test("A batch that fails to be written leaves no part of it")
    func batch() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(10)
            try await platform.script(
                TestStore.fault("UPDATE OF last_finding ON key_health", when: "new.key_id = '\(keys[4].id)'"))
            await #expect(throws: DatabaseError.self) { try await platform.revalidate() }
            #expect(try await platform.health(keys[4]).lastCheckedAt == nil)
            // A slow machine may have committed an earlier batch; each key has both state and audit row, or neither.
            for key in keys {
                let isChecked = try await platform.health(key).lastCheckedAt != nil
                #expect(try await platform.events(of: key).contains("key.probed") == isChecked)
            }
        }
    }

    @Test("The lease of a process that is gone is taken over at once, that of a living process is not")
    func leases() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(10)
            let alive = RunnerIdentity.current.description
            let parts = alive.split(separator: "/")
            let gone = "\(parts[0])/\(parts[1])/\(parts[2])/1"
            // A lease ends by the store's own clock.
            let end = max(platform.clock.now, Date()) + 200
            for (runner, probed) in [(alive, 0), ("another-boot/1/1/1", 0), (gone, 10)] {
                _ = try await platform.store.database.transaction { connection in
                    try connection.execute(
                        "UPDATE slice_lease SET runner = $1, lease_end = $2", [.text(runner), .time(end)])
                }
                #expect(try await platform.revalidate().keys.probed == probed)
            }
        }
    }

    @Test("An expired lease is free, also while its runner lives")
    func expiredLease() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(3)
            let end = platform.clock.now
            _ = try await platform.store.database.transaction { connection in
                try connection.execute("UPDATE slice_lease SET runner = 'elsewhere', lease_end = $1", [.time(end)])
            }
            #expect(try await platform.revalidate().keys.probed == 3)
            #expect(try await platform.texts("SELECT DISTINCT coalesce(runner, '') FROM slice_lease").contains(""))
        }
    }

    @Test("Mails that a stopped run has not sent wait for the next run")
    func stoppedMailing() async throws {
        try await Platform.run { platform in
            try await platform.addTenant("two")
            for tenant in ["acme", "two"] {
                _ = try await platform.addKey("valid_no_balance", provider: "deepseek", tenant: tenant)
            }
            let stop = StopSignal()
            let report = try await platform.revalidate(mail: StoppingTransport(stop: stop)) { $0.stop = stop }
            #expect(report.notices.sent == 1 && report.outcome == .partial)
            #expect(try await platform.revalidate().notices.sent == 1)
        }
    }

    /// Accepts a mail and requests that the run stop.
    private struct StoppingTransport: MailTransport {
        let stop: StopSignal
        var isIdempotent: Bool { false }

        func deliver(
            _ message: [UInt8], mailID: String, from: MailAddress, to: MailAddress,
            startingBefore deadline: ContinuousClock.Instant
        ) async -> Delivery {
            stop.raise()
            return .accepted(reply: "ok")
        }
    }
}
