import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Secrets
import Simulator
import TestSupport
import Vocabulary

@testable import Revalidation

/// A random history of a platform's keys on a real store: answers of every kind that the catalogue knows, runs at random
/// times, and what operators do meanwhile. The same seed makes the same steps.
struct RandomStory {
    let platform: Platform
    private(set) var keys: [TestKey] = []
    private var numbers: Numbers
    private var runs: [String] = []
    private let answers: [String: [Scenario]]

    /// Providers of every kind: exact and ambiguous rules, refusals that are only reported, hosts of tenants.
    static let providers = ["openai", "mistral", "fireworks", "google", "azure_openai", "deepseek"]

    init(on platform: Platform, seed: UInt64) throws {
        self.platform = platform
        numbers = Numbers(seed: seed)
        let vectors = try AnswerVector.embedded().filter { !$0.isDeep }
        answers = Dictionary(
            uniqueKeysWithValues: Self.providers.map { provider in
                let own = vectors.filter { $0.provider == provider }.map { Scenario.vector($0.scenario) }
                return (provider, [.valid, .valid, .invalid, .invalid, .down, .drop] + own)
            })
    }

    /// Stores the keys.
    mutating func begin() async throws {
        try await platform.addTenant("birch")
        for provider in Self.providers {
            for tenant in ["acme", "birch"] {
                let params = provider == "azure_openai" ? ["resource": "acme-ai"] : [:]
                keys.append(try await platform.addKey(provider: provider, tenant: tenant, params: params))
            }
        }
    }

    /// Changes an answer or lets an operator act, and then lets time pass and the job run.
    mutating func step() async throws {
        for key in keys where chance(0.25) {
            let scenario = answers[key.provider]?.randomElement(using: &numbers) ?? .valid
            try await platform.set(key, scenario)
        }
        if chance(0.4) { try await operate() }
        platform.clock.advance(hours: Double.random(in: 1...80, using: &numbers))
        let isAll = chance(0.5)
        let report = try await platform.revalidate { $0.selection.all = isAll }
        runs.append(report.run)
    }

    /// One act of an operator on a random key. One that does not fit the key's state is refused and changes nothing.
    private mutating func operate() async throws {
        guard let key = keys.randomElement(using: &numbers) else { return }
        let store = platform.store
        switch Int.random(in: 0..<8, using: &numbers) {
        case 0: try? await store.disable(key.id)
        case 1, 2: try? await store.enable(key.id)
        case 3: if chance(0.2) { try? await store.revoke(key.id) }
        case 4: if chance(0.3) { try? await store.delete(key.id) }
        case 5: if let run = runs.randomElement(using: &numbers) { _ = try await store.undo(runID: run) }
        case 6:
            guard let provider = platform.catalogue[key.provider] else { return }
            let release = try BreakerRelease(
                of: provider, keyType: nil, finding: nil, reason: "they were purged", at: platform.clock.now)
            _ = try await store.store(release)
        default:
            let isOn = chance(0.7)
            try await store.changeTenant("birch") { $0.byok = isOn }
        }
    }

    private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &numbers) < share }
}
