import Foundation
import Judgement
import JudgementSupport
import Vocabulary

/// A provider with random answers, operators with random commands, and an oracle that records both apart from the store
/// and names each promise that a disabling breaks.
struct RandomHistory: SimulatedWorld {
    struct Answer {
        let at: Date
        let strength: Strength
        let version: Int
    }

    private var numbers: Numbers
    private var control = ControlOutcome.passed
    /// The finding that each key mostly gets, until it changes at random.
    private var moods: [Finding]
    /// Refusals with the control passed, since the key's last alive answer or an operator's last change of it.
    private var refusals: [[Answer]]
    private var aliveAt: [Date]
    /// The healths of keys that operators disabled or revoked; the job may not change these.
    private var manual: [KeyHealth?]
    private(set) var disablings = 0
    private(set) var breaches: Set<String> = []

    init(keys: Int, _ numbers: Numbers) {
        self.numbers = numbers
        moods = Array(repeating: .valid, count: keys)
        refusals = Array(repeating: [], count: keys)
        aliveAt = Array(repeating: .distantPast, count: keys)
        manual = Array(repeating: nil, count: keys)
    }

    private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &numbers) < share }

    // MARK: - Answers

    mutating func control(at now: Date) -> ControlOutcome {
        control = chance(0.9) ? .passed : chance(0.5) ? .failed : .unanswered
        return control
    }

    mutating func answer(_ key: Int, at now: Date) -> Observation {
        if chance(0.15) {
            moods[key] =
                [.valid, .valid, .invalid, .invalid, .revoked, .expired, .exhausted, .unreachable]
                .randomElement(using: &numbers) ?? .valid
        }
        let finding = chance(0.05) ? .rateLimited : chance(0.03) ? .valid : moods[key]
        let strength: Strength = chance(0.8) ? .specific : chance(0.8) ? .ambiguous : .never
        return Judging.observation(finding, strength, at: now)
    }

    /// Records an answer that was written, if it counts.
    private mutating func remember(_ answer: Observation, of key: Int, _ version: Int) {
        guard control != .failed else { return }
        if answer.verdict == .alive {
            refusals[key] = []
            aliveAt[key] = answer.at
        }
        guard control == .passed, answer.verdict == .dead, answer.classification.strength != .never else { return }
        refusals[key].append(Answer(at: answer.at, strength: answer.classification.strength, version: version))
    }

    // MARK: - Operators

    mutating func meanwhile(_ key: Int?, _ store: inout SimulatedStore, at now: Date) {
        guard chance(0.02) else { return }
        act(on: chance(0.5) ? key : nil, &store, now)
    }

    private mutating func act(on wanted: Int?, _ store: inout SimulatedStore, _ now: Date) {
        let key = wanted ?? Int.random(in: store.healths.indices, using: &numbers)
        guard store.healths[key].status != .revoked else { return }
        switch Int.random(in: 0..<10, using: &numbers) {
        case 0...2: store.edit(key) { try? $0.disable(at: now) }
        case 3...5: store.edit(key) { try? $0.enable(at: now) }
        case 6...7:
            store.edit(key) { try? $0.replace(at: now) }
            aliveAt[key] = .distantPast
        case 8: store.edit(key) { $0.revoke() }
        default:
            let finding: Finding? = chance(0.5) ? nil : .invalid
            return store.releases.append(
                BreakerRelease(provider: store.scope.provider, finding: finding, at: now, reason: "checked"))
        }
        refusals[key] = []
        let health = store.healths[key]
        manual[key] = health.status == .revoked || health.disabling?.by == .operator ? health : nil
    }

    // MARK: - Promises

    mutating func disabled(_ key: Int, _ facts: DisablingGuard.Input, _ store: SimulatedStore, at now: Date) {
        disablings += 1
        demand(manual[key] == nil, "an operator's state was changed")
        demand(control == .passed, "the control had not passed")
        demand(store.disablings(since: now - Timing.day) <= 3, "the cap was passed")
        demandRefusals(of: key, store, now)
        let isReleased = store.releases.contains { now.timeIntervalSince($0.at) <= 21 * Timing.day }
        guard !facts.isReleased || !isReleased else { return }
        demand(store.breaker == nil, "the breaker was open")
        let closing = store.pastBreakers.compactMap(\.closedAt).max() ?? .distantPast
        demandAfterBreaker(of: key, closing, now)
        let others = aliveAt.indices.filter { $0 != key && now.timeIntervalSince(aliveAt[$0]) < 3600 }
        demand(!others.isEmpty || isThird(key, since: closing, now), "no evidence and no third refusal")
    }

    private mutating func demandRefusals(of key: Int, _ store: SimulatedStore, _ now: Date) {
        guard let first = refusals[key].first, let last = refusals[key].last else {
            return demand(false, "no refusal")
        }
        let span = last.at.timeIntervalSince(first.at) + 3600
        let isSpecific = last.strength == .specific
        demand(last.at == now, "not refused in this run")
        demand(last.version == store.healths[key].version, "another version was probed")
        demand(refusals[key].count >= (isSpecific ? 2 : 3), "too few refusals")
        demand(span >= (isSpecific ? 1 : 3) * Timing.day, "refusals too close together")
    }

    /// A key refused before a breaker closed needs two more refusals, and 72 hours after the closing.
    private mutating func demandAfterBreaker(of key: Int, _ closing: Date, _ now: Date) {
        guard let first = refusals[key].first, first.at < closing else { return }
        demand(now.timeIntervalSince(closing) + 3600 >= 3 * Timing.day, "too soon after the breaker closed")
        demand(refusals[key].count { $0.at > closing } >= 2, "too few refusals since the breaker closed")
    }

    private func isThird(_ key: Int, since closing: Date, _ now: Date) -> Bool {
        guard let first = refusals[key].first else { return false }
        let from = max(first.at, closing)
        return refusals[key].count >= 3 && now.timeIntervalSince(from) + 3600 >= 3 * Timing.day
    }

    /// Checks after each run that keys disabled or revoked by operators are unchanged.
    mutating func lookBack(_ store: SimulatedStore) {
        for (key, health) in manual.enumerated() where health != nil {
            demand(store.healths[key] == health, "an operator's state was changed")
        }
    }

    private mutating func demand(_ isKept: Bool, _ breach: String) {
        if !isKept { breaches.insert(breach) }
    }

    mutating func wrote(_ answer: Observation, _ key: Int, _ before: KeyHealth, _ after: KeyHealth) {
        remember(answer, of: key, before.version)
        guard before.status == .disabled, after.status == .active else { return }
        demand(answer.verdict == .alive && control == .passed, "brought back without a passed control")
    }
}
