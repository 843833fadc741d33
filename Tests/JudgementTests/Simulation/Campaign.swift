import Foundation
import Judgement
import JudgementSupport
import Vocabulary

extension GuardScenario {
    /// Simulates many seeds, two concurrently; a seed gives the same result on every machine.
    func play(seeds: Range<UInt64>) async throws -> ScenarioResult {
        let workers: UInt64 = 2
        return try await withThrowingTaskGroup(of: ScenarioResult.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var result = ScenarioResult(self)
                    for seed in seeds where seed % workers == worker { try result.add(play(seed: seed)) }
                    return result
                }
            }
            return try await group.reduce(into: ScenarioResult(self)) { $0.add($1) }
        }
    }

    func play(seed: UInt64) throws -> SeedOutcome {
        var numbers = Numbers(seed: seed &* 0x9E37_79B9_7F4A_7C15)
        let provider = SimulatedKeys(self, &numbers)
        let store = SimulatedStore(try (0..<keys).map { _ in try health(&numbers) }, from: Judging.start)
        var run = SimulatedRun(store, provider, Numbers(seed: numbers.next()))
        var last = Judging.start
        for hour in stride(from: 0.0, to: end.timeIntervalSince(Judging.start) / 3600, by: Double(every)) {
            // A timer starts the job up to five minutes late, by a random delay.
            let late = Double.random(in: 0..<300, using: &numbers)
            let now = Judging.start + hour * 3600 + late
            if asksAll(at: now, last: last, provider) { run.store.makeAllDue(at: now) }
            run.run(at: now)
            last = now
        }
        return outcome(of: run)
    }

    private func asksAll(at now: Date, last: Date, _ provider: SimulatedKeys) -> Bool {
        switch asking {
        case .inTurn: false
        case .allAlways: true
        case .allInIncident: provider.begins.contains { $0 > last && $0 <= now }
        }
    }

    /// A key added at a random time within the last six days and valid then.
    private func health(_ numbers: inout Numbers) throws -> KeyHealth {
        let slot = KeySlot(slice: 2, seconds: Int.random(in: 0..<518_400, using: &numbers))
        var health = KeyHealth(slot: slot, now: Judging.start)
        let added = Judging.start - Double.random(in: 0..<518_400, using: &numbers)
        health.keyType = Judging.scope.keyType
        health.lastFinding = .valid
        health.lastCheckedAt = added
        health.lastConclusiveAt = added
        health.aliveAt = added
        health.schedule(KeySlot.next(after: Judging.start, slot: health.slot, period: Timing().period))
        return health
    }

    private func outcome(of run: SimulatedRun<SimulatedKeys>) -> SeedOutcome {
        let from = measuredFrom.timeIntervalSince1970
        let to = measuredTo.timeIntervalSince1970
        let deaths = run.world.deaths
        var outcome = run.world.outcome
        let died = deaths.indices.filter { deaths[$0] >= from && deaths[$0] < to }
        let late = Set(outcome.delays.lazy.filter { $0.days > days }.map(\.key))
        outcome.deaths = died.count
        // A key that was wrongly disabled and died later counts as found.
        outcome.found = died.count { run.store.healths[$0].status == .disabled && !late.contains($0) }
        outcome.delays.removeAll { deaths[$0.key] < from || deaths[$0.key] >= to || $0.days > days }
        outcome.earlyChecks = run.earlyChecks
        for breaker in run.store.pastBreakers + [run.store.breaker].compactMap(\.self)
        where breaker.openedAt >= measuredFrom {
            outcome.breakerHours += (breaker.closedAt ?? end).timeIntervalSince(breaker.openedAt) / 3600
            if breaker.reason == .evidence { outcome.evidenceBreakers += 1 }
        }
        return outcome
    }
}
