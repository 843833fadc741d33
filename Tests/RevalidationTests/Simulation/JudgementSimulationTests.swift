import Foundation
import Testing

@testable import Revalidation

/// The shipped judgement against providers that err. The long campaign (`scripts/test --long`) plays a thousand seeds of
/// every row and prints the table; otherwise a few seeds of the quick ones are played.
struct JudgementSimulationTests {
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

    @Test("An incident disables no key that works, and what truly died is found", arguments: few)
    func quick(scenario: GuardScenario) async throws { check(try await scenario.play(seeds: 0..<3)) }

    @Test("The whole table, with as many seeds as KEYVIGIL_SEEDS says", .enabled(if: LongCampaign.seeds != nil))
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

/// What `scripts/test --long` asks for.
enum LongCampaign {
    /// Seeds of each row of the table; nil: no long campaign.
    static let seeds = number("KEYVIGIL_SEEDS")
    /// Only the rows whose name begins so; nil: all.
    static let rows = ProcessInfo.processInfo.environment["KEYVIGIL_ROWS"]
    /// Random histories of the property tests.
    static let histories = number("KEYVIGIL_HISTORIES")

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
}
