import Foundation
import Judgement
import JudgementSupport
import Vocabulary

/// A time in which a provider refuses working keys with the answer that it gives for dead ones. It refuses made-up keys
/// correctly.
struct Incident: Sendable {
    enum Kind: Sendable {
        /// The same keys all the time, as when a part of the provider is down.
        case keys
        /// A random share of the answers.
        case answers
    }

    var share: Double
    var hours: Double
    var kind = Kind.keys
    /// Days between the scenario's begin and this incident.
    var after = 0.0
}

/// A provider's keys, which die one by one or all at once, or are refused for a time while they work.
struct SimulatedKeys: SimulatedWorld {
    /// When each key dies, in seconds since 1970.
    private(set) var deaths: [Double]
    private var isHit: [Bool]
    private let incident: (kind: Incident.Kind, share: Double, times: [ClosedRange<Double>])
    private var numbers: Numbers
    private let alive = Judging.observation(.valid)
    private let dead = Judging.observation(.invalid)
    /// Updated while the simulation runs.
    var outcome = SeedOutcome()

    init(_ scenario: GuardScenario, _ numbers: inout Numbers) {
        let start = Judging.start.timeIntervalSince1970
        let begin = scenario.begin(&numbers).timeIntervalSince1970
        deaths = (0..<scenario.keys).map { _ in
            start - log(Double.random(in: .leastNonzeroMagnitude...1, using: &numbers)) / scenario.deathsPerSecond
        }
        for key in Array(0..<scenario.keys).shuffled(using: &numbers).prefix(scenario.purged) {
            let purgedAt = begin + Double.random(in: 0...1, using: &numbers) * scenario.purgeHours * 3600
            deaths[key] = min(deaths[key], purgedAt)
        }
        let share = scenario.incidents.first?.share ?? 0
        let hit = Array(0..<scenario.keys).shuffled(using: &numbers)
            .prefix(Int((share * Double(scenario.keys)).rounded()))
        isHit = Array(repeating: false, count: scenario.keys)
        for key in hit { isHit[key] = true }
        let times = scenario.incidents.map { incident in
            (begin + incident.after * Timing.day)...(begin + incident.after * Timing.day + incident.hours * 3600)
        }
        incident = (scenario.incidents.first?.kind ?? .keys, share, times)
        self.numbers = Numbers(seed: numbers.next())
    }

    /// The times at which the incidents begin.
    var begins: [Date] { incident.times.map { Date(timeIntervalSince1970: $0.lowerBound) } }

    mutating func answer(_ key: Int, at now: Date) -> Observation {
        let time = now.timeIntervalSince1970
        var answer = isRefused(key, time) ? dead : alive
        answer.at = now
        return answer
    }

    private mutating func isRefused(_ key: Int, _ time: Double) -> Bool {
        if deaths[key] <= time { return true }
        guard incident.times.contains(where: { $0.contains(time) }) else { return false }
        switch incident.kind {
        case .keys: return isHit[key]
        case .answers: return Double.random(in: 0..<1, using: &numbers) < incident.share
        }
    }

    mutating func disabled(_ key: Int, _ facts: DisablingGuard.Input, _ store: SimulatedStore, at now: Date) {
        let inDay = store.disablings(since: now - Timing.day)
        outcome.mostInDay = max(outcome.mostInDay, inDay)
        if inDay > facts.cap { outcome.overCap += 1 }
        let delay = now.timeIntervalSince1970 - deaths[key]
        if delay < 0 { outcome.wrong += 1 } else { outcome.delays.append((key, delay / Timing.day)) }
    }
}
