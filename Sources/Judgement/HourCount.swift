package import Foundation
package import Vocabulary

/// What one scope's keys answered in one hour. A key counts at most once in 24 hours; controls, confirmations,
/// re-probes and recovery probes count nowhere (ruling 2).
package struct HourCount: Sendable, Equatable {
    /// Whole hours since 1970, UTC.
    package let hour: Int
    /// Keys that answered alive.
    package var alive = 0
    /// Keys once seen alive whose first dead answer came.
    package var firstDead = 0
    /// Keys never seen alive whose first dead answer came.
    package var neverAlive = 0
    /// Whether the breaker was open and not released: such an hour is no part of the baseline.
    package var isBreakerOpen = false

    /// An empty hour.
    package init(hour: Int) { self.hour = hour }

    /// What one answer adds to its hour.
    package enum Contribution: Sendable { case alive, firstDead, neverAlive }

    /// Hours that "the last 24 hours" span, the present one included.
    package static let window = 24
    /// Hours of the baseline before the window: four weeks.
    package static let baseline = 28 * 24

    /// The hour that holds `date`.
    package static func hour(of date: Date) -> Int { Int((date.timeIntervalSince1970 / 3600).rounded(.down)) }

    /// Both sums of one hour.
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
    /// What this answer of a key with this health, as it was before, adds; nil where it counts nowhere.
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
    /// Whether its last counted alive answer is still within the window of `date`.
    package func isCountedAlive(at date: Date) -> Bool {
        guard let aliveAt else { return false }
        return HourCount.hour(of: aliveAt) > HourCount.hour(of: date) - HourCount.window
    }
}
