package import Foundation
package import Vocabulary

/// How many of a scope's keys were alive or dead in one hour. A key counts at most once in 24 hours; controls,
/// confirmations, early repeats and recovery probes count nowhere (ruling 2).
package struct HourCount: Sendable, Equatable {
    /// Whole hours since 1970, UTC.
    package let hour: Int
    /// Keys that were alive.
    package var alive = 0
    /// Keys once seen alive whose first dead answer came.
    package var firstDead = 0
    /// Keys never seen alive whose first dead answer came.
    package var neverAlive = 0
    /// Whether the breaker was open and not released: the baseline leaves such an hour out.
    package var isBreakerOpen = false

    /// An hour in which no key has answered yet.
    package init(hour: Int) { self.hour = hour }

    /// The sum of its hour to which an answer adds one key.
    package enum Contribution: Sendable { case alive, firstDead, neverAlive }

    /// How many hours "the last 24 hours" span, the present one included.
    package static let window = 24
    /// How many hours before the window the baseline spans: four weeks.
    package static let baseline = 28 * 24

    /// The hour of `date`: whole hours since 1970, UTC.
    package static func hour(of date: Date) -> Int { Int((date.timeIntervalSince1970 / 3600).rounded(.down)) }

    /// Adds two counts of one hour.
    package static func + (one: HourCount, other: HourCount) -> HourCount {
        var sum = one
        sum.alive += other.alive
        sum.firstDead += other.firstDead
        sum.neverAlive += other.neverAlive
        sum.isBreakerOpen = one.isBreakerOpen || other.isBreakerOpen
        return sum
    }

    /// Counts one answer.
    package mutating func add(_ kind: Contribution) {
        switch kind {
        case .alive: alive += 1
        case .firstDead: firstDead += 1
        case .neverAlive: neverAlive += 1
        }
    }
}

extension HourCount.Contribution {
    /// What the answer adds, by the key's health before it; nil where it counts nowhere.
    package init?(_ observation: Observation, of health: KeyHealth) {
        guard health.status == .active, health.suspicion == nil else { return nil }
        switch observation.verdict {
        case .alive:
            guard health.exhaustedSince == nil, !health.isCountedAlive(at: observation.at) else { return nil }
            self = .alive
        case .dead:
            guard observation.classification.strength != .never else { return nil }
            self = health.aliveAt == nil ? .neverAlive : .firstDead
        case .unknown: return nil
        }
    }
}

extension KeyHealth {
    /// Whether the key's last counted alive answer is within the 24 hours before `date`.
    package func isCountedAlive(at date: Date) -> Bool {
        guard let aliveAt else { return false }
        return HourCount.hour(of: aliveAt) > HourCount.hour(of: date) - HourCount.window
    }
}
