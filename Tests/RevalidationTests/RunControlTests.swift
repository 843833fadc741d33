import Curl
import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Secrets
import Simulator
import Testing
import Vocabulary

@testable import Revalidation

@Suite("Controls of a run")
struct RunControlTests {
    @Test("A made-up key is probed once in six hours for a provider, with any number of keys and runs")
    func onceInSixHours() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(5)
            let report = try await platform.revalidate()
            #expect(report.providers["openai"]?.negativeControl == .passed)
            #expect(await platform.simulator.requestCount(provider: "openai") == 6)
            platform.clock.advance(hours: 5)
            try await platform.makeDue(keys)
            #expect(try await platform.revalidate().providers["openai"]?.negativeControl == .passed)
            #expect(await platform.simulator.requestCount(provider: "openai") == 11)
            platform.clock.advance(hours: 2)
            try await platform.makeDue(keys)
            try await platform.revalidate()
            #expect(await platform.simulator.requestCount(provider: "openai") == 17)
        }
    }

    @Test("One runner probes a control; the others get its result, or take over its claim when its process is gone")
    func claims() async throws {
        try await Platform.run { platform in
            let store = platform.store
            let began = platform.clock.now
            let provider = try #require(try Catalogue()["openai"])
            let control = WantedControl(
                point: ControlPoint(provider: "openai", host: "", isTenants: false), kind: .negative,
                provider: provider, params: "{}", secret: provider.someMadeUpKey())
            func claim(_ runner: String, since date: Date? = nil) async throws -> String {
                try await store.sharedTransaction { transaction in
                    let claim = try ControlTable.claim(
                        control, for: runner, timeout: .seconds(20), since: date ?? began, at: store.now(),
                        in: transaction)
                    return "\(claim)"
                }
            }
            #expect(try await claim("one") == "granted")
            #expect(try await claim("two") == "taken")
            // The claim of a process that is gone is void, and so is one that has expired.
            let gone = store.runner.description.replacing(/[0-9]+$/, with: "1")
            try await platform.execute("UPDATE control_claim SET runner = '\(gone)'")
            #expect(try await claim("three") == "granted")
            #expect(try await claim("two") == "taken")
            try await platform.execute("UPDATE control_claim SET claimed_until = '2000-01-01T00:00:00.000Z'")
            #expect(try await claim("four") == "granted")
            // Runs that began before a failed control use its result; later runs probe again.
            let record = RunRecord(kind: .job, runner: store.runner, program: "test", startedAt: began)
            try await store.transaction(of: try AuditedRun(record)) { transaction in
                try RunTable.insert(record, in: transaction)
                let result = ControlResult(madeUpKeyAt: control.point, Judging.observation(.valid, at: began))
                try ControlTable.record(result, in: transaction)
            }
            #expect(try await claim("two") == "known(Judgement.ControlOutcome.failed)")
            #expect(try await claim("five", since: began + 1) == "granted")
        }
    }

    @Test(
        "If a made-up key is accepted, no answer counts: no coverage, no cleared suspicion, and attention is asked for"
    )
    func acceptsAnyKey() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            let suspected = try await platform.addKey(.invalid)
            try await platform.revalidate()
            platform.clock.advance(days: 7)
            try await platform.simulator.set(provider: "openai", scenario: .valid)
            let report = try await platform.revalidate()
            #expect(report.providers["openai"]?.negativeControl == .failed)
            #expect(report.findings == ["providerError": 2] && report.exitStatus == 3)
            #expect(try await platform.health(suspected).suspicion != nil)
            #expect(try await platform.health(good).lastFinding == .providerError)
            #expect(
                try await platform.told(.keyProbed).last
                    == "answered valid, not judged: the made-up key was not refused")
        }
    }

    @Test("An endpoint that accepts any key re-enables no key that the job disabled")
    func noFalseRecovery() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid)
            let others = try await platform.addKeys(3)
            try await platform.revalidate()
            platform.clock.advance(days: 1)
            try await platform.makeDue(others)
            #expect(try await platform.revalidate().transitions["disabled"] == 1)
            try await platform.simulator.set(provider: "openai", scenario: .valid)
            platform.clock.advance(days: 1)
            #expect(try await platform.revalidate().transitions["recovered"] == 0)
            try await platform.simulator.set(provider: "openai", scenario: nil)
            try await platform.set(key, .valid)
            platform.clock.advance(days: 1)
            #expect(try await platform.revalidate().transitions["recovered"] == 1)
        }
    }

    @Test("Without an answer about the made-up key no refusal counts, and an alive answer does")
    func unanswered() async throws {
        for control in ControlOutcome.allCases {
            for finding in [Finding.valid, .exhausted, .invalid, .rateLimited] {
                for isRecovery in [false, true] {
                    let result = Judging.observation(finding).judged(by: control, isRecovery: isRecovery)
                    let stands =
                        control == .passed || finding == .rateLimited
                        || (control == .unanswered && !isRecovery && finding.verdict == .alive)
                    #expect(result.finding == (stands ? finding : .providerError))
                    #expect(stands || result.verdict == .unknown && result.classification.strength == .never)
                }
            }
        }
    }

    @Test("A provider that does not answer at all does not fail the control")
    func down() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(2)
            try await platform.simulator.set(provider: "openai", scenario: .down)
            let report = try await platform.revalidate()
            #expect(report.providers["openai"]?.negativeControl == .skipped && report.exitStatus == 0)
        }
    }

    @Test("On a tenant's own host a made-up key is probed only with an answer that may disable or recover a key")
    func ownHost() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid, provider: "azure_openai", params: ["resource": "acme"])
            let others = try await platform.addKeys(3, provider: "azure_openai", params: ["resource": "other"])
            let vault = try platform.vaultWithOwnHosts()
            try await platform.revalidate(vault)
            #expect(await platform.simulator.requestCount(provider: "azure_openai") == 4)
            for _ in 1...3 {
                platform.clock.advance(days: 1)
                try await platform.makeDue(others)
                try await platform.revalidate(vault)
            }
            #expect(try await platform.health(key).status == .disabled)
            // Each day three keys elsewhere, and a made-up key with each further probe of the suspected one.
            let probes = await platform.probes(key)
            let asked = await platform.simulator.requestCount(provider: "azure_openai")
            #expect(asked == 4 + 3 * 3 + 2 * (probes - 1))
            #expect(try await platform.texts("SELECT host FROM control") == ["acme.localhost"])
        }
    }

    @Test("A canary that is refused while tenants' keys work is reported as faulty and holds no disabling")
    func canaryDead() async throws {
        try await Platform.run { platform in
            let canary = try platform.simulator.newKey(for: "openai")
            let keys = try await platform.addKeys(3)
            let dead = try await platform.addKey(.invalid)
            let withCanary: (inout RunOptions) -> Void = {
                $0.canaries["openai"] = Canary(SecretBytes(copying: canary.utf8))
            }
            try await platform.revalidate(nil, withCanary)
            platform.clock.advance(days: 1)
            try await platform.makeDue(keys)
            let report = try await platform.revalidate(nil, withCanary)
            #expect(report.transitions["disabled"] == 1 && report.exitStatus == 3)
            #expect(report.attention.texts == ["the canary of openai was refused while tenants' keys work; replace it"])
            #expect(try await platform.health(dead).status == .disabled)
        }
    }
}

extension Platform {
    /// Makes keys due now, regardless of their slots.
    func makeDue(_ keys: [TestKey]) async throws {
        let now = clock.now
        _ = try await store.database.transaction { connection in
            for key in keys {
                try connection.execute(
                    "UPDATE key_health SET next_probe_at = $1 WHERE key_id = $2", [.time(now), .id(key.id)])
            }
        }
    }

    /// Azure's hosts are the tenants' own: `RESOURCE.localhost`, which is this machine.
    func vaultWithOwnHosts() throws -> KeyVault {
        let vault = try vault()
        var overrides = vault.overrides
        overrides["azure_openai"]?.baseURL = "http://{resource}.localhost:\(port)/azure_openai"
        return KeyVault(
            store: store, ring: ring, catalogue: catalogue, overrides: overrides, client: vault.client)
    }
}
