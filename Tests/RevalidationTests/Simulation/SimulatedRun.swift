import Foundation
import Judgement
import KeyVigil
import Vocabulary

@testable import Revalidation

/// Who answers a simulated run.
protocol SimulatedWorld {
    /// How the made-up key of this run is answered.
    mutating func control(at now: Date) -> ControlOutcome
    /// What the provider says of a key.
    mutating func answer(_ key: Int, at now: Date) -> Observation
    /// What operators do while that answer is on its way, or between the answers and the judgement (`key` is nil then).
    mutating func meanwhile(_ key: Int?, _ store: inout SimulatedStore, at now: Date)
    /// An answer was judged and written.
    mutating func wrote(_ answer: Observation, _ key: Int, _ before: KeyHealth, _ after: KeyHealth)
    /// The job disabled a key, by these facts.
    mutating func disabled(_ key: Int, _ facts: DisablingGuard.Input, _ store: SimulatedStore, at now: Date)
}

extension SimulatedWorld {
    mutating func control(at now: Date) -> ControlOutcome { .passed }
    mutating func meanwhile(_ key: Int?, _ store: inout SimulatedStore, at now: Date) {}
    mutating func wrote(_ answer: Observation, _ key: Int, _ before: KeyHealth, _ after: KeyHealth) {}
}

/// One run over one scope in the order of the shipped one: breakers, sweep, early evidence, guard.
struct SimulatedRun<World: SimulatedWorld> {
    var store: SimulatedStore
    var world: World
    var numbers: Numbers
    /// Keys whose own check was taken early, as evidence about others.
    private(set) var earlyChecks = 0
    /// Keys with a conclusive answer in this run or within the hour before it.
    private var answered: [Int] = []

    /// What a commit holds: a second's answers at the provider's rate (rulings 13 and 14).
    private let batchSize = 20
    /// What a candidate carries beside its health; nothing here looks at it.
    private let sample: StoredKey

    init(_ store: SimulatedStore, _ world: World, _ numbers: Numbers) throws {
        (self.store, self.world, self.numbers) = (store, world, numbers)
        sample = try StoredKey.sample(id: "0b8a3c1e", health: Judging.health())
    }

    mutating func run(at now: Date) {
        if store.breaker != nil { _ = store.updateBreaker(now: now) }
        store.forgetOldHours(at: now)
        let keys = store.takeDue(until: now)
        guard !keys.isEmpty else { return }
        answered = answered.filter { isFresh($0, now) }
        let control = world.control(at: now)
        let candidates = sweep(keys, control, now)
        guard !candidates.isEmpty else { return }
        let known = evidenceAnswers(now)
        let wanted = Evidence.wanted(beside: known)
        if wanted > 0 {
            let others = keysToAskEarly(now, wanted)
            earlyChecks += others.count
            _ = sweep(others, control, now)
        }
        world.meanwhile(nil, &store, at: now)
        apply(candidates, now)
    }

    // MARK: - Sweep

    private struct ProbeResult {
        let key: Int
        let candidate: Candidate
    }

    private mutating func sweep(_ keys: [Int], _ control: ControlOutcome, _ now: Date) -> [ProbeResult] {
        let (history, seen) = (store.history(at: now), keys.map { store.healths[$0] })
        var candidates: [ProbeResult] = []
        for start in stride(from: 0, to: keys.count, by: batchSize) {
            var count = HourCount(hour: HourCount.hour(of: now))
            for index in start..<min(start + batchSize, keys.count) {
                let candidate = judge(keys[index], seen[index], control, history, &count, now)
                if let candidate { candidates.append(candidate) }
            }
            if count != HourCount(hour: count.hour) { store.add(count) }
            if count.firstDead + count.neverAlive > 0 || store.breaker != nil { _ = store.updateBreaker(now: now) }
        }
        return candidates
    }

    /// - Parameter seen: the key as it was read, before anybody else touched it.
    private mutating func judge(
        _ key: Int, _ seen: KeyHealth, _ control: ControlOutcome, _ history: ScopeHistory, _ count: inout HourCount,
        _ now: Date
    ) -> ProbeResult? {
        let answer = world.answer(key, at: now).judged(by: control, isRecovery: seen.status == .disabled)
        let transition = HealthTransition(
            on: answer, of: seen, in: store.scope, history: history, seesCredit: false, expiry: nil,
            timing: store.timing)
        world.meanwhile(key, &store, at: now)
        let isListed = isFresh(key, now)
        guard store.writeHealth(transition.health, of: key, ifStill: seen) else { return nil }
        world.wrote(answer, key, seen, transition.health)
        if let kind = transition.count { count.add(kind) }
        if answer.verdict != .unknown, !isListed { answered.append(key) }
        guard transition.events.contains(.confirmed) else { return nil }
        return ProbeResult(
            key: key,
            candidate: Candidate(key: sample, health: transition.health, observation: answer, control: control))
    }

    // MARK: - Evidence

    private func isFresh(_ key: Int, _ now: Date) -> Bool {
        store.healths[key].lastConclusiveAt.map { $0 > now - ControlOutcome.evidenceFreshFor } ?? false
    }

    private mutating func evidenceAnswers(_ now: Date) -> [Finding] {
        let fitting = answered.filter { speaks(store.healths[$0]) }
        let ours = fitting.filter { store.healths[$0].lastConclusiveAt == now }.shuffled(using: &numbers)
        let others = fitting.filter { store.healths[$0].lastConclusiveAt != now }.shuffled(using: &numbers)
        return (ours + others).prefix(Evidence.most).compactMap { store.healths[$0].lastFinding }
    }

    /// Enabled, and not suspected before it answered.
    private func speaks(_ health: KeyHealth) -> Bool {
        guard health.status == .active, health.lastFinding?.verdict != .unknown else { return false }
        guard let suspicion = health.suspicion else { return true }
        return suspicion.since == health.lastConclusiveAt && suspicion.deadCount == 1
    }

    private mutating func keysToAskEarly(_ now: Date, _ wanted: Int) -> [Int] {
        var keys: [Int] = []
        // A few draws find three among many; a small scope is looked through.
        for _ in 0..<60 where keys.count < wanted {
            let key = Int.random(in: store.healths.indices, using: &numbers)
            if isUnsuspected(key, now), !keys.contains(key) { keys.append(key) }
        }
        guard keys.isEmpty else { return keys }
        return Array(
            store.healths.indices.filter { isUnsuspected($0, now) }.shuffled(using: &numbers).prefix(wanted))
    }

    private func isUnsuspected(_ key: Int, _ now: Date) -> Bool {
        let health = store.healths[key]
        return health.status == .active && health.suspicion == nil && health.lastFinding?.verdict != .dead
            && health.lastCheckedAt.map { $0 < now } ?? false
    }

    // MARK: - Guard

    private mutating func apply(_ candidates: [ProbeResult], _ now: Date) {
        var facts = look(now)
        for result in candidates.shuffled(using: &numbers) {
            guard let found = facts.facts(for: result.candidate, isBacklogFull: false, now: now) else { continue }
            switch DisablingGuard.decide(found, now: now) {
            case .disable: if disable(result, found, now) { facts.disabledInDay += 1 }
            case .hold:
                var health = result.candidate.health
                health.nextProbeAt = now + Timing.day
                _ = store.writeHealth(health, of: result.key, ifStill: result.candidate.health)
            }
        }
    }

    private mutating func look(_ now: Date) -> ScopeFacts {
        let answers = evidenceAnswers(now)
        let evidence = Evidence(canary: nil, answers: answers)
        let look = store.updateBreaker(failure: evidence == .failed ? .keys : nil, now: now)
        return ScopeFacts(
            breaker: look.breaker, history: store.history(at: now), evidence: evidence,
            answers: (answers.count { $0 == .valid }, answers.count),
            sums: look.sums,
            disabledInDay: store.disablings(since: now - Timing.day),
            cap: Breaker.cap(enabledKeys: store.enabledKeys, store.settings))
    }

    private mutating func disable(_ result: ProbeResult, _ facts: DisablingGuard.Input, _ now: Date) -> Bool {
        var health = result.candidate.health
        health.status = .disabled
        health.disabling = .init(by: .job, at: now, finding: result.candidate.observation.finding)
        health.nextProbeAt = Timing.nextRecovery(disabledAt: now, after: now)
        health.aliveAt = nil
        guard store.writeHealth(health, of: result.key, ifStill: result.candidate.health) else { return false }
        store.recordDisabling(at: now)
        world.disabled(result.key, facts, store, at: now)
        return true
    }
}
