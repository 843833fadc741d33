import Foundation
import Judgement
import JudgementSupport
import Vocabulary

/// The providers and operators of a simulated run.
protocol SimulatedWorld {
    /// The outcome of this run's control, the probe of a made-up key.
    mutating func control(at now: Date) -> ControlOutcome
    /// The provider's answer about a key.
    mutating func answer(_ key: Int, at now: Date) -> Observation
    /// Operators' commands during the probe of `key`, or between the sweep and the guard (`key` is nil then).
    mutating func meanwhile(_ key: Int?, _ store: inout SimulatedStore, at now: Date)
    /// Called when an answer was judged and written.
    mutating func wrote(_ answer: Observation, _ key: Int, _ before: KeyHealth, _ after: KeyHealth)
    /// Called when the job disabled a key on these facts.
    mutating func disabled(_ key: Int, _ facts: DisablingGuard.Input, _ store: SimulatedStore, at now: Date)
}

extension SimulatedWorld {
    mutating func control(at now: Date) -> ControlOutcome { .passed }
    mutating func meanwhile(_ key: Int?, _ store: inout SimulatedStore, at now: Date) {}
    mutating func wrote(_ answer: Observation, _ key: Int, _ before: KeyHealth, _ after: KeyHealth) {}
}

/// A run over one scope, in the order of the shipped run: breakers, sweep, early evidence, guard.
struct SimulatedRun<World: SimulatedWorld> {
    var store: SimulatedStore
    var world: World
    var numbers: Numbers
    /// The number of keys that were checked early, as evidence about others.
    private(set) var earlyChecks = 0
    /// Keys with a conclusive answer in this run or within the hour before it.
    private var answered: [Int] = []

    /// Answers in a commit: those of a second at the provider's rate (rulings 13 and 14).
    private let batchSize = 20

    init(_ store: SimulatedStore, _ world: World, _ numbers: Numbers) {
        self.store = store
        self.world = world
        self.numbers = numbers
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

    /// A key whose death an answer has confirmed.
    private struct Confirmed {
        let key: Int
        let health: KeyHealth
        let observation: Observation
        let control: ControlOutcome
    }

    private mutating func sweep(_ keys: [Int], _ control: ControlOutcome, _ now: Date) -> [Confirmed] {
        let history = store.history(at: now)
        let seen = keys.map { store.healths[$0] }
        var candidates: [Confirmed] = []
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

    /// - Parameter seen: the key's health as it was read, before operators changed it.
    private mutating func judge(
        _ key: Int, _ seen: KeyHealth, _ control: ControlOutcome, _ history: ScopeHistory, _ count: inout HourCount,
        _ now: Date
    ) -> Confirmed? {
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
        return Confirmed(key: key, health: transition.health, observation: answer, control: control)
    }

    // MARK: - Evidence

    private func isFresh(_ key: Int, _ now: Date) -> Bool {
        store.healths[key].lastConclusiveAt.map { $0 > now - ControlOutcome.evidenceFreshFor } ?? false
    }

    private mutating func evidenceAnswers(_ now: Date) -> [Finding] {
        let fitting = answered.filter { speaks(store.healths[$0]) }
        let ours = fitting.filter { store.healths[$0].lastConclusiveAt == now }.shuffled(using: &numbers)
        let others = fitting.filter { store.healths[$0].lastConclusiveAt != now }.shuffled(using: &numbers)
        return (ours + others).prefix(Evidence.maximumAnswers).compactMap { store.healths[$0].lastFinding }
    }

    /// Whether the key is evidence: enabled, and not suspected before its last answer.
    private func speaks(_ health: KeyHealth) -> Bool {
        guard health.status == .active, health.lastFinding?.verdict != .unknown else { return false }
        guard let suspicion = health.suspicion else { return true }
        return suspicion.since == health.lastConclusiveAt && suspicion.deadCount == 1
    }

    private mutating func keysToAskEarly(_ now: Date, _ wanted: Int) -> [Int] {
        var keys: [Int] = []
        // Random draws find three keys in a large scope; a small scope is searched whole.
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

    private mutating func apply(_ candidates: [Confirmed], _ now: Date) {
        var facts = look(now)
        for result in candidates.shuffled(using: &numbers) {
            let input = facts.input(
                for: result.health, in: store.scope, confirmedBy: result.observation, control: result.control,
                isBacklogFull: false, now: now)
            guard let found = input else { continue }
            switch DisablingGuard.decide(found, now: now) {
            case .disable: if disable(result, found, now) { facts.disabledInDay += 1 }
            case .hold:
                var health = result.health
                health.schedule(now + Timing.day)
                _ = store.writeHealth(health, of: result.key, ifStill: result.health)
            }
        }
    }

    private mutating func look(_ now: Date) -> ScopeFacts {
        let answers = evidenceAnswers(now)
        let evidence = Evidence(canary: nil, answers: answers)
        let update = store.updateBreaker(failure: evidence == .failed ? .keys : nil, now: now)
        return ScopeFacts(
            breaker: update.breaker, history: store.history(at: now), evidence: evidence,
            answers: (answers.count { $0 == .valid }, answers.count),
            sums: update.sums,
            disabledInDay: store.disablings(since: now - Timing.day),
            cap: Breaker.cap(enabledKeys: store.enabledKeys, store.settings))
    }

    private mutating func disable(_ result: Confirmed, _ facts: DisablingGuard.Input, _ now: Date) -> Bool {
        var health = result.health
        let firstRecovery = Timing.nextRecovery(disabledAt: now, after: now)
        guard health.disable(for: result.observation.finding, at: now, nextProbeAt: firstRecovery),
            store.writeHealth(health, of: result.key, ifStill: result.health)
        else { return false }
        store.recordDisabling(at: now)
        world.disabled(result.key, facts, store, at: now)
        return true
    }
}
