import Foundation
import KeyVigil
import Secrets
import Simulator
import TestSupport
import Testing

@testable import Revalidation

/// Which keys and canaries give evidence about other keys, and which are ignored.
struct RunEvidenceTests {
    @Test("A run that is out of time before it gathered evidence disables nothing; the key stays due")
    func outOfTime() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(4)
            try await platform.revalidate()
            platform.clock.advance(days: 7)
            try await platform.onlyDue(keys[0])
            for key in keys { try await platform.set(key, "slow:0.5:invalid") }
            for day in 0...4 {
                let report = try await platform.revalidateOutOfTime(keys[0], asked: 2 + day)
                #expect(report.transitions["disabled"] == 0 && report.transitions["held"] == 0, "day \(day)")
                if day > 0 {
                    #expect(report.outcome == .partial)
                    #expect(try await platform.health(keys[0]).nextProbeAt.map { $0 <= platform.clock.now } == true)
                }
                platform.clock.advance(days: 1)
            }
            let inTime = try await platform.revalidate()
            #expect(inTime.transitions["held"] == 1 && inTime.keys.dead == 4)
            #expect(try await platform.count("SELECT count(*) FROM provider_breaker WHERE closed_at IS NULL") == 1)
        }
    }

    @Test("Keys that were not valid at their last check are probed as evidence too", arguments: ["restricted", "down"])
    func notValid(how: String) async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey()
            let others = try await platform.addKeys(3, how == "down" ? .down : "ip_allowlist_denied")
            try await platform.revalidate()
            try await platform.onlyDue(key)
            for key in [key] + others { try await platform.set(key, .invalid) }
            for _ in 0...4 {
                #expect(try await platform.revalidate().transitions["disabled"] == 0)
                platform.clock.advance(days: 1)
            }
            #expect(try await platform.count("SELECT count(*) FROM provider_breaker") > 0)
            #expect(try await platform.health(key).status == .active)
        }
    }

    @Test("A canary is evidence for keys of its own type only")
    func canaryOfAnotherType() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(3, provider: "google", type: "auth")
            let canary = try platform.simulator.newKey(for: "google", type: "standard")
            try await platform.simulator.set(provider: "google", key: canary, scenario: .valid)
            let edit: @Sendable (inout RunOptions) -> Void = {
                $0.canaries["google"] = Canary(SecretBytes(copying: canary.utf8))
            }
            try await platform.revalidate(nil, edit)
            #expect(try await platform.texts("SELECT key_type FROM control WHERE kind = 'canary'") == ["standard"])
            platform.clock.advance(days: 7)
            try await platform.makeDue(keys)
            for key in keys { try await platform.set(key, .invalid) }
            for _ in 0...3 {
                #expect(try await platform.revalidate(nil, edit).transitions["disabled"] == 0)
                platform.clock.advance(days: 1)
            }
            #expect(
                try await platform.texts("SELECT reason || ' ' || key_type FROM provider_breaker") == ["noneAlive auth"]
            )
        }
    }

    @Test("A canary that other keys outvote is ignored and reported, however few keys the provider has")
    func outvoted() async throws {
        try await Platform.run { platform in
            let canary = try platform.simulator.newKey(for: "openai")
            let edit: @Sendable (inout RunOptions) -> Void = {
                $0.canaries["openai"] = Canary(SecretBytes(copying: canary.utf8))
            }
            _ = try await platform.addKeys(2)
            let dead = try await platform.addKey(.invalid)
            try await platform.revalidate(nil, edit)
            platform.clock.advance(days: 1)
            let report = try await platform.revalidate(nil, edit)
            #expect(report.transitions["disabled"] == 1)
            #expect(report.attention.texts == ["the canary of openai was refused while tenants' keys work; replace it"])
            #expect(try await platform.count("SELECT count(*) FROM provider_breaker") == 0)
            let grounds = try await platform.told(.keyDisabled)
            #expect(grounds.first?.contains("canary refused and ignored, as other keys are alive; ") == true)
            #expect(try await platform.health(dead).status == .disabled)
            // Once it is accepted again, it counts again.
            try await platform.simulator.set(provider: "openai", key: canary, scenario: .valid)
            platform.clock.advance(days: 7)
            #expect(try await platform.revalidate(nil, edit).attention.isEmpty)
        }
    }

    @Test("A refused canary that is not outvoted opens the breaker, which names the canary")
    func named() async throws {
        try await Platform.run { platform in
            let canary = try platform.simulator.newKey(for: "openai")
            let key = try await platform.addKey(.invalid)
            let edit: @Sendable (inout RunOptions) -> Void = {
                $0.canaries["openai"] = Canary(SecretBytes(copying: canary.utf8))
            }
            try await platform.revalidate(nil, edit)
            platform.clock.advance(days: 1)
            let report = try await platform.revalidate(nil, edit)
            #expect(report.transitions["held"] == 1)
            #expect(
                report.attention.texts.first?.hasSuffix(
                    "the operator's canary was refused, and no majority of other keys was alive") == true)
            let grounds = try await platform.told(.keyHeld)
            #expect(grounds.first?.contains("evidence failed (canary refused; no other key asked)") == true)
            try await platform.simulator.set(provider: "openai", key: canary, scenario: .valid)
            for _ in 0..<6 {
                platform.clock.advance(days: 1)
                try await platform.revalidate(nil, edit)
            }
            let last = try await platform.told(.keyDisabled)
            #expect(last.first?.contains("evidence passed (canary alive; no other key asked)") == true)
            #expect(try await platform.health(key).status == .disabled)
        }
    }
}

extension Platform {
    /// Makes this key due and all others due much later.
    func onlyDue(_ key: TestKey) async throws {
        try await execute("UPDATE key_health SET next_probe_at = '2030-01-01T00:00:00.000Z'")
        try await makeDue([key])
    }

    /// A run whose time limit passes while this key's answer is on its way.
    fileprivate func revalidateOutOfTime(_ key: TestKey, asked count: Int) async throws -> RunReport {
        let run = Task { try await revalidate { $0.maxDuration = 60 } }
        for _ in 0..<1000 {
            if await probes(key) >= count { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        clock.advance(seconds: 61)
        return try await run.value
    }
}
