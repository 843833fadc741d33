import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

/// The shipped judgement against providers that err. The long campaign (`scripts/test --long`) runs a thousand seeds of
/// every row and prints the table; otherwise a few seeds of the quick rows are run.
struct SimulationTests {
    private func check(_ result: ScenarioResult) {
        #expect(result.overCap == 0)
        #expect(result.recall >= 0.99, "\(result.found) of \(result.deaths) deaths found in time")
        if result.scenario.isBarred { #expect(result.mostWrong == 0, "\(result.wrong) keys were wrongly disabled") }
        if result.scenario.incidents.isEmpty, result.scenario.purged == 0 {
            #expect(
                result.breakerOpen == 0,
                "the breaker opened in \(result.breakerOpen) of \(result.seeds) quiet histories")
        }
    }

    private static let few: [GuardScenario] =
        [
            .incident(1000, 0.2, hours: 72), .incident(1000, 0.2, hours: 72).repeated,
            .incident(1000, 0.2, hours: 72).started(every: 24, "daily", within: 16),
            .incident(1000, 0.2, hours: 72).started(every: 168, "weekly", within: 28), .gone(1), .gone(3), .gone(8),
        ] + GuardScenario.atOnce(60) + GuardScenario.atOnce(1000)

    @Test("An incident disables no working key, and dead keys are found", arguments: few)
    func quick(scenario: GuardScenario) async throws { check(try await scenario.play(seeds: 0..<3)) }

    @Test("Every scenario of the table holds, with KEYVIGIL_SEEDS seeds each", .enabled(if: LongCampaign.seeds != nil))
    func table() async throws {
        print(ScenarioResult.heading)
        for scenario in GuardScenario.table where LongCampaign.rows.map(scenario.name.hasPrefix) ?? true {
            let result = try await scenario.play(seeds: 0..<(LongCampaign.seeds ?? 1))
            print(result.row)
            fflush(nil)
            check(result)
        }
    }
}

/// The environment variables that `scripts/test --long` sets.
enum LongCampaign {
    /// Seeds of each row of the table; nil: no long campaign.
    static let seeds = number("KEYVIGIL_SEEDS")
    /// Only the rows whose name begins with this text; nil: all.
    static let rows = ProcessInfo.processInfo.environment["KEYVIGIL_ROWS"]
    /// The number of random histories in the property tests.
    static let histories = number("KEYVIGIL_HISTORIES")

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
}
