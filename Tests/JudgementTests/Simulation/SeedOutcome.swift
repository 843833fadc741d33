import Foundation
import Judgement
import JudgementSupport
import Vocabulary

/// The result of one seed of a scenario.
struct SeedOutcome: Sendable {
    /// Disablings of keys that were not dead.
    var wrong = 0
    /// Keys that died during the measurement; `found` of them were disabled in time.
    var deaths = 0
    var found = 0
    /// Each correct disabling, with the days since the key's death.
    var delays: [(key: Int, days: Double)] = []
    var breakerHours = 0.0
    /// Breakers that opened because other keys, probed as evidence, were refused.
    var evidenceBreakers = 0
    var mostInDay = 0
    /// Disablings beyond the cap.
    var overCap = 0
    var earlyChecks = 0
}

/// The summed results of a scenario's seeds.
struct ScenarioResult: Sendable {
    let scenario: GuardScenario
    private(set) var seeds = 0
    private(set) var wrong = 0
    private(set) var mostWrong = 0
    private(set) var deaths = 0
    private(set) var found = 0
    private(set) var overCap = 0
    private(set) var mostInDay = 0
    private(set) var breakerOpen = 0
    private var days = 0.0
    private var breakerHours = 0.0
    private var evidenceBreakers = 0
    private var earlyChecks = 0

    init(_ scenario: GuardScenario) { self.scenario = scenario }

    mutating func add(_ outcome: SeedOutcome) {
        seeds += 1
        wrong += outcome.wrong
        mostWrong = max(mostWrong, outcome.wrong)
        deaths += outcome.deaths
        found += outcome.found
        overCap += outcome.overCap
        mostInDay = max(mostInDay, outcome.mostInDay)
        days += outcome.delays.reduce(0) { $0 + $1.days }
        breakerHours += outcome.breakerHours
        if outcome.breakerHours > 0 { breakerOpen += 1 }
        evidenceBreakers += outcome.evidenceBreakers
        earlyChecks += outcome.earlyChecks
    }

    mutating func add(_ other: ScenarioResult) {
        seeds += other.seeds
        wrong += other.wrong
        mostWrong = max(mostWrong, other.mostWrong)
        deaths += other.deaths
        found += other.found
        overCap += other.overCap
        mostInDay = max(mostInDay, other.mostInDay)
        days += other.days
        breakerHours += other.breakerHours
        breakerOpen += other.breakerOpen
        evidenceBreakers += other.evidenceBreakers
        earlyChecks += other.earlyChecks
    }

    /// The share of deaths that were found in time; 1 without deaths.
    var recall: Double { deaths == 0 ? 1 : Double(found) / Double(deaths) }

    static let heading = """
        | keys, what happens | wrong (mean, max) | deaths found | days to disabling | breaker open, h (evidence) | most in 24 h | early checks |
        |---|---|---|---|---|---|---|
        """

    var row: String {
        let count = Double(max(seeds, 1))
        return [
            "", scenario.name, "\((Double(wrong) / count).short), \(mostWrong)",
            "\((recall * 100).short) % in \(Int(scenario.days)) d",
            (found == 0 ? 0 : days / Double(found)).short,
            "\((breakerHours / count).short) (\((Double(evidenceBreakers) / count).short))",
            "\(mostInDay) (cap \(Breaker.cap(enabledKeys: scenario.keys)))",
            (Double(earlyChecks) / count).short, "",
        ].joined(separator: " | ").trimmingCharacters(in: .whitespaces)
    }
}

extension Double {
    fileprivate var short: String { self == 0 ? "0" : String(format: self < 10 ? "%.2f" : "%.1f", self) }
}
