import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

/// One row of the table: a scope, how often the job starts, and what happens to the provider.
struct GuardScenario: Sendable, CustomTestStringConvertible {
    var name: String
    var keys = 10_000
    /// Hours between starts of the job.
    var every = 1
    /// All of one share and kind.
    var incidents: [Incident] = []
    /// So many keys die for good from the scenario's begin on, within `purgeHours`.
    var purged = 0
    var purgeHours = 24.0
    var deathsPerWeek = 0.01
    /// A dead key must be disabled within so many days.
    var days = 14.0
    /// Whether a wrong disabling is a defect; where false, only the cap limits wrong disablings.
    var isBarred = true
    var asking = Asking.inTurn

    /// Which keys a run probes.
    enum Asking: Sendable {
        /// The keys that are due.
        case inTurn
        /// The keys that are due, and all keys when an incident begins: as after downtime or a switch to BYOK.
        case allInIncident
        /// All keys in each run: `run --all`.
        case allAlways
    }

    var testDescription: String { name }

    /// Days of history before the measurement, which fill the breaker's baseline.
    static let warm = 28.0
    /// Days of the measurement; deaths after them do not count.
    static let measured = 14.0

    var measuredFrom: Date { Judging.start + Self.warm * Timing.day }
    var measuredTo: Date { measuredFrom + Self.measured * Timing.day }
    var end: Date { measuredTo + days * Timing.day }
    var deathsPerSecond: Double { deathsPerWeek / (7 * Timing.day) }

    /// When the incident begins: about two days into the measurement, so that a run falls in it.
    func begin(_ numbers: inout Numbers) -> Date {
        let start = measuredFrom + Double(max(48, every)) * 3600
        let length = min(incidents.first?.hours ?? 1, Double(every))
        return start - Double.random(in: 0..<1, using: &numbers) * length * 3600
    }
}

extension GuardScenario {
    static func incident(
        _ keys: Int, _ share: Double, hours: Double, _ kind: Incident.Kind = .keys, isBarred: Bool = true
    ) -> GuardScenario {
        let what = kind == .keys ? "of keys" : "of answers"
        return GuardScenario(
            name: "\(keys.grouped) keys, \(share.percent) \(what) for \(Int(hours)) h", keys: keys,
            incidents: [Incident(share: share, hours: hours, kind: kind)],
            // Where no key is left as evidence, a disabling takes a third refusal.
            days: keys < 10 ? 20 : 14, isBarred: isBarred)
    }

    /// The same scenario with less frequent runs, which find a death later.
    func started(every hours: Int, _ word: String, within days: Double) -> GuardScenario {
        var scenario = GuardScenario(
            name: "\(name), started \(word)", keys: keys, every: hours, incidents: incidents, days: days)
        scenario.isBarred = isBarred
        return scenario
    }

    /// The same scenario with its incidents again ten days later.
    var repeated: GuardScenario {
        var scenario = self
        for incident in incidents {
            scenario.incidents.append(
                Incident(share: incident.share, hours: incident.hours, kind: incident.kind, after: 10))
        }
        return GuardScenario(
            name: "\(name), again after 10 days", keys: keys, incidents: scenario.incidents, isBarred: isBarred)
    }

    private func named(_ name: String) -> GuardScenario {
        var scenario = self
        scenario.name = name
        return scenario
    }

    /// The same scenario with other keys probed, as `asking` says.
    func asking(_ asking: Asking, every hours: Int = 1, _ words: String) -> GuardScenario {
        var scenario = self
        scenario.every = hours
        scenario.asking = asking
        return scenario.named("\(name), \(words)")
    }

    static func atOnce(_ keys: Int) -> [GuardScenario] {
        let incident = incident(keys, 0.2, hours: 72)
        var twice = incident.started(every: 168, "weekly", within: 28)
        twice.incidents += incident.incidents.map { Incident(share: $0.share, hours: $0.hours, after: 7) }
        return [
            incident.asking(.allInIncident, "all due at once"),
            incident.asking(.allAlways, every: 6, "`run --all` every 6 h"),
            twice.named("\(twice.name), again the next week"),
        ]
    }

    static func quiet(_ keys: Int) -> GuardScenario {
        GuardScenario(name: "\(keys.grouped) keys, no incident", keys: keys)
    }

    static func purged(_ count: Int, of keys: Int) -> GuardScenario {
        GuardScenario(name: "\(count.grouped) of \(keys.grouped) keys purged in a day", keys: keys, purged: count)
    }

    /// All keys of a provider die at the same moment.
    static func gone(_ keys: Int) -> GuardScenario {
        GuardScenario(
            name: keys == 1 ? "the only key dead" : "all of \(keys) keys dead", keys: keys, purged: keys,
            purgeHours: 0, deathsPerWeek: 0.000_001, days: 20)
    }

    static let table: [GuardScenario] =
        [
            quiet(10_000), incident(10_000, 1, hours: 12), incident(10_000, 1, hours: 72),
            incident(10_000, 0.5, hours: 72), incident(10_000, 0.09, hours: 72), incident(10_000, 0.05, hours: 72),
            incident(10_000, 0.03, hours: 72, isBarred: false), incident(10_000, 0.2, hours: 72, .answers),
            incident(10_000, 0.09, hours: 72).repeated, incident(10_000, 0.05, hours: 72).repeated,
            incident(3000, 0.05, hours: 72, isBarred: false), incident(1000, 1, hours: 72),
            incident(1000, 0.2, hours: 72), incident(1000, 0.2, hours: 72, .answers),
            incident(1000, 0.2, hours: 72).repeated, incident(1000, 0.09, hours: 72, isBarred: false),
            incident(1000, 0.05, hours: 72, isBarred: false), incident(200, 0.5, hours: 72, isBarred: false),
            incident(200, 0.05, hours: 72, isBarred: false), incident(8, 1, hours: 72, isBarred: false),
            incident(8, 0.5, hours: 72, isBarred: false),
        ] + seldom + atOnce(60) + atOnce(1000) + [
            purged(400, of: 50_000), purged(2000, of: 50_000), gone(1), gone(3), gone(8),
        ]

    private static let seldom = [
        quiet(10_000).started(every: 24, "daily", within: 16),
        incident(10_000, 0.09, hours: 72).started(every: 24, "daily", within: 16),
        incident(1000, 0.2, hours: 72).started(every: 24, "daily", within: 16),
        quiet(10_000).started(every: 168, "weekly", within: 28),
        // Keys that the breaker held take two more runs, and then up to three weeks' deaths wait for the cap together.
        incident(10_000, 0.09, hours: 72).started(every: 168, "weekly", within: 35),
        incident(1000, 0.2, hours: 72).started(every: 168, "weekly", within: 28),
    ]
}

extension Int {
    /// With a thousands separator: 10,000.
    var grouped: String { self < 1000 ? "\(self)" : "\(self / 1000),\(String("\(1000 + self % 1000)".dropFirst()))" }
}

extension Double {
    fileprivate var percent: String { "\(Int((self * 100).rounded())) %" }
}
