import Database
import Foundation
import Judgement
import KeyVigil
import Secrets
import Simulator
import TestSupport
import Testing

@testable import Revalidation

/// Where a parameter selects one of a provider's hosts, keys of one host are no evidence for another host (ruling 3).
@Suite("The guard by host")
struct RunHostTests {
    private let europe = ["region": "eu1"]
    private let america = ["region": "us1"]

    @Test("Valid keys of another host are no evidence; those of the same host are")
    func evidence() async throws {
        try await Platform.run { platform in
            let vault = try platform.vaultWithRegions()
            let key = try await platform.addKey(.invalid, provider: "speechmatics", params: america)
            let others = try await platform.addKeys(5, provider: "speechmatics", params: europe)
            try await platform.revalidate(vault)
            platform.clock.advance(days: 1)
            try await platform.makeDue(others)
            let alone = try await platform.revalidate(vault)
            #expect(alone.changes.first { $0.kind == .held }?.reasonHeld == .noEvidence)
            #expect(try await platform.health(key).host == "us1.localhost:\(platform.port)")

            _ = try await platform.addKeys(4, provider: "speechmatics", params: america)
            platform.clock.advance(days: 1)
            #expect(try await platform.revalidate(vault).transitions["disabled"] == 1)
            let grounds = try await platform.told(.keyDisabled)
            #expect(grounds.first?.contains("evidence passed") == true)
            #expect(grounds.first?.contains("; over all hosts: breaker closed (") == true, "\(grounds)")
        }
    }

    @Test("Refusals on one host open its breaker, and keys of another host are judged as before")
    func oneHost() async throws {
        try await run([(europe, 80), (america, 6)]) { platform, vault, keys in
            for key in keys[1].prefix(4) { try await platform.set(key, .invalid) }
            let report = try await platform.revalidate(vault)
            let place = "standard at us1.localhost:\(platform.port)"
            #expect(report.attention.count == 1)
            #expect(
                report.attention.texts.first?.hasPrefix("the breaker of speechmatics (\(place)) is open: 4 of 6 ")
                    == true)
            #expect(try await platform.texts("SELECT host FROM provider_breaker") == ["us1.localhost:\(platform.port)"])
            let subjects = try await platform.texts("SELECT subject FROM condition WHERE kind = 'breaker'")
            #expect(subjects == ["speechmatics/\(place)"])

            try await platform.set(keys[0][0], .invalid)
            platform.clock.advance(hours: 1)
            try await platform.makeDue(keys[0])
            try await platform.revalidate(vault)
            platform.clock.advance(hours: 24)
            try await platform.makeDue(Array(keys[0].dropFirst()))
            let next = try await platform.revalidate(vault)
            #expect(next.changes.filter { $0.kind == .disabled }.map(\.keyID) == [keys[0][0].id])
        }
    }

    @Test("Few refusals on each of three hosts add up and open the breaker over all hosts")
    func allHosts() async throws {
        try await run([(europe, 10), (america, 10), (["region": "au1"], 10)]) { platform, vault, keys in
            for key in keys.flatMap({ $0.prefix(2) }) { try await platform.set(key, .invalid) }
            let report = try await platform.revalidate(vault)
            #expect(
                report.attention.texts.first?.hasPrefix("the breaker of speechmatics (standard) is open: 6 of 30 ")
                    == true)
            #expect(try await platform.texts("SELECT host FROM provider_breaker") == [""])
            platform.clock.advance(hours: 24)
            try await platform.makeDue(keys.flatMap { $0.dropFirst(2) })
            let next = try await platform.revalidate(vault)
            #expect(next.keys.dead == 6 && next.transitions["disabled"] == 0)
            let sums = try await platform.count("SELECT sum(first_dead) FROM provider_hour WHERE host <> ''")
            #expect(try await platform.count("SELECT sum(first_dead) FROM provider_hour WHERE host = ''") == sums)
            #expect(sums == 6)
        }
    }

    @Test("Each host has its own control, probed once in six hours; answers of a host that fails it do not count")
    func controls() async throws {
        try await Platform.run { platform in
            let vault = try platform.vaultWithRegions()
            let keys = try await platform.addKeys(2, provider: "speechmatics", params: europe)
            _ = try await platform.addKeys(2, provider: "speechmatics", params: america)
            try await platform.revalidate(vault)
            let hosts = ["eu1", "us1"].map { "\($0).localhost:\(platform.port)" }
            #expect(try await platform.texts("SELECT host FROM control ORDER BY host") == hosts)
            #expect(await platform.simulator.requestCount(provider: "speechmatics") == 6)
            try await platform.postponeAll()
            platform.clock.advance(hours: 5)
            try await platform.makeDue(keys)
            try await platform.revalidate(vault)
            #expect(await platform.simulator.requestCount(provider: "speechmatics") == 8)
            try await platform.postponeAll()
            platform.clock.advance(hours: 2)
            try await platform.makeDue(keys)
            try await platform.simulator.set(provider: "speechmatics", scenario: .valid)
            let report = try await platform.revalidate(vault)
            #expect(report.keys.unknown == 2 && report.providers["speechmatics"]?.negativeControl == .failed)
            let conditions = try await platform.texts("SELECT subject FROM condition WHERE kind = 'control'")
            #expect(conditions == ["speechmatics"])
        }
    }

    @Test("The operator's canary is evidence for keys of its own host")
    func canary() async throws {
        try await Platform.run { platform in
            let vault = try platform.vaultWithRegions()
            let text = try platform.simulator.newKey(for: "speechmatics")
            try await platform.simulator.set(provider: "speechmatics", key: text, scenario: .valid)
            let canary = Canary(SecretBytes(copying: text.utf8), params: europe)
            let here = try await platform.addKey(.invalid, provider: "speechmatics", params: europe)
            let there = try await platform.addKey(.invalid, provider: "speechmatics", params: america)
            for _ in 0...1 {
                try await platform.revalidate(vault) { $0.canaries = ["speechmatics": canary] }
                platform.clock.advance(days: 1)
            }
            #expect(try await platform.health(here).status == .disabled)
            #expect(try await platform.health(there).status == .active)
            let host = try await platform.texts("SELECT key_host FROM control WHERE kind = 'canary'")
            #expect(host == ["eu1.localhost:\(platform.port)"])
        }
    }

    /// Calls `body` a week after a run that found so many keys alive on each host, with all of them due.
    private func run(
        _ hosts: [(params: [String: String], count: Int)],
        _ body: @Sendable (Platform, KeyVault, [[TestKey]]) async throws -> Void
    ) async throws {
        try await Platform.run { platform in
            let vault = try platform.vaultWithRegions()
            var keys: [[TestKey]] = []
            for host in hosts {
                keys.append(try await platform.addKeys(host.count, provider: "speechmatics", params: host.params))
            }
            try await platform.revalidate(vault)
            platform.clock.advance(days: 7)
            try await platform.makeDue(keys.flatMap(\.self))
            try await body(platform, vault, keys)
        }
    }
}

extension Platform {
    /// Delays the scheduled probes of all keys, so that a test alone makes keys due.
    fileprivate func postponeAll() async throws {
        let later = clock.now + 30 * Timing.day
        _ = try await store.database.transaction { connection in
            try connection.execute("UPDATE key_health SET next_probe_at = $1", [.time(later)])
        }
    }

    /// Speechmatics with a host for each region, and a refusal that a single confirmation is enough for.
    fileprivate func vaultWithRegions() throws -> KeyVault {
        let entry = """
            providers:
              speechmatics:
                name: Speechmatics
                console: https://speech.example/keys
                remediation: Make a new key. Store it here.
                capabilities: transcription
                base_url: https://{region}.speech.example
                parameters: [{name: region, required: true, part: host, values: [au1, eu1, us1]}]
                auth: {header: Authorization, prefix: "Bearer "}
                probe: {path: "/v2/jobs?limit=1", alive: {status: 200, when: {jobs: {type: array}}}}
                rules: [{status: 401, when: {error: Permission Denied}, finding: invalid, strength: specific}]
            """
        let vault = try vault(catalogue: Catalogue(overlaying: entry, named: "test"))
        var overrides = vault.overrides
        overrides["speechmatics"]?.baseURL = "http://{region}.localhost:\(port)/speechmatics"
        return KeyVault(
            store: store, ring: ring, catalogue: vault.catalogue, overrides: overrides, client: vault.client)
    }
}
