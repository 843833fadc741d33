import Database
import Foundation
import KeyVigil
import Secrets
import Simulator
import Testing

@testable import Revalidation

/// Runs that end early.
struct RunStopTests {
    @Test("A stop request ends a run within seconds; leases are returned, and aborted probes give no verdict")
    func terminated() async throws {
        try await Platform.run { platform in
            let slow = try await platform.addKeys(20, "slow:60:invalid")
            let quick = try await platform.addKeys(20, provider: "groq")
            let stop = StopSignal()
            let run = Task { try await platform.revalidate { $0.stop = stop } }
            for _ in 0..<1000 {
                if await platform.simulator.requestCount(provider: "openai") == 20 { break }
                try await Task.sleep(for: .milliseconds(10))
            }
            try await Task.sleep(for: .milliseconds(1500))
            let start = ContinuousClock.now
            stop.raise()
            let report = try await run.value
            #expect(ContinuousClock.now - start < .seconds(12))
            #expect(report.outcome == .partial)
            #expect(report.exitStatus == 75)
            #expect(report.keys.probed == 20)
            for key in slow {
                let health = try await platform.health(key)
                #expect(health.lastCheckedAt == nil && health.unknownCount == 0)
            }
            for key in quick { #expect(try await platform.health(key).lastFinding == .valid) }
            try await platform.expectLeasesReturned()
            #expect(try await platform.revalidate(platform.vault(timeout: .seconds(1))).keys.probed == 20)
        }
    }

    @Test("A key refused too late for evidence is neither disabled nor held: it stays due")
    func stoppedBeforeCanary() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid)
            try await platform.revalidate()
            try await platform.set(key, "slow:1:invalid")
            platform.clock.advance(days: 1)
            let canary = try platform.simulator.newKey(for: "openai")
            try await platform.simulator.set(provider: "openai", key: canary, scenario: .valid)
            let stop = StopSignal()
            let run = Task {
                try await platform.revalidate {
                    $0.stop = stop
                    $0.canaries["openai"] = Canary(SecretBytes(copying: canary.utf8))
                }
            }
            for _ in 0..<1000 {
                if await platform.probes(key) == 2 { break }
                try await Task.sleep(for: .milliseconds(10))
            }
            stop.raise()
            let report = try await run.value
            #expect(report.outcome == .partial && report.transitions["held"] == 0)
            #expect(try await platform.health(key).nextProbeAt.map { $0 <= platform.clock.now } == true)
            platform.clock.advance(minutes: 1)
            let next = try await platform.revalidate {
                $0.canaries["openai"] = Canary(SecretBytes(copying: canary.utf8))
            }
            #expect(next.transitions["disabled"] == 1)
        }
    }

    @Test("A stop request from before the run begins counts")
    func stoppedBefore() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(5, "slow:60")
            let report = try await platform.revalidate { $0.stop.raise() }
            #expect(report.outcome == .partial)
            try await platform.expectLeasesReturned()
        }
    }

    @Test("Out of time: probes in flight finish, the rest waits for the next run, and mail is still sent")
    func outOfTime() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(300, "slow:0.3:valid")
            _ = try await platform.addKey(expiresAt: platform.clock.now + 5 * 86_400)
            let run = Task { try await platform.revalidate(platform.vault(rate: 40)) { $0.maxDuration = 60 } }
            for _ in 0..<1000 {
                if await platform.simulator.requestCount(provider: "openai") > 10 { break }
                try await Task.sleep(for: .milliseconds(10))
            }
            platform.clock.advance(seconds: 61)
            let report = try await run.value
            #expect(report.outcome == .partial && (1..<301).contains(report.keys.probed))
            #expect(report.keys.probed == report.keys.alive && report.notices.sent == 1)
            try await platform.expectLeasesReturned()
            let rest = try await platform.revalidate()
            #expect(rest.keys.probed + report.keys.probed == keys.count + 1 && rest.outcome == .complete)
        }
    }

    @Test("A run with nothing to do is complete and leaves its two audit rows")
    func idle() async throws {
        try await Platform.run { platform in
            let report = try await platform.revalidate()
            #expect(report.outcome == .complete)
            #expect(report.exitStatus == 0)
            #expect(report.keys.due == 0)
            #expect(
                try await platform.texts("SELECT event FROM audit_entry WHERE run_id = '\(report.run)' ORDER BY seq")
                    == ["run.started", "run.finished"])
        }
    }

    @Test("One vault serves several runs in sequence")
    func sameVault() async throws {
        try await Platform.run { platform in
            let vault = try platform.vault()
            for round in 1...4 {
                _ = try await platform.addKeys(30)
                let report = try await platform.revalidate(vault)
                #expect(report.keys.probed == 30 && report.keys.alive == 30, "round \(round)")
            }
        }
    }

    @Test("One exchange at a time serves several providers to the end")
    func narrow() async throws {
        try await Platform.run { platform in
            for provider in ["openai", "groq", "mistral"] { _ = try await platform.addKeys(5, provider: provider) }
            let report = try await platform.revalidate { $0.concurrency = 1 }
            #expect(report.keys.alive == 15)
        }
    }
}
