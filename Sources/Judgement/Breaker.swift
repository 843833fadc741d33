package import Foundation

/// The guard against mass failure: a pure function of a scope's sums by hour (ruling 2).
package enum Breaker {
    /// The operator's figures, `breaker.*`.
    package struct Settings: Sendable, Equatable {
        /// So many newly dead keys in 24 hours never open it.
        package var minimum = 3
        /// How far beyond the expected number is too far, in standard deviations.
        package var sigma = 4.0
        /// The share of a scope's enabled keys that may be disabled in 24 hours.
        package var capShare = 0.02
        /// So many may be disabled in 24 hours in any case.
        package var capMinimum = 3

        /// The shipped figures.
        package init() {}
    }

    /// Why a breaker is open.
    package enum Reason: String, Sendable, CaseIterable {
        /// More keys died in 24 hours than four weeks make likely.
        case tooManyDead
        /// Keys answered in 24 hours, and none was alive.
        case noneAlive
        /// Other keys, asked as evidence, were refused too.
        case evidence
    }

    /// What the sums say at one time.
    package struct Assessment: Sendable, Equatable {
        /// Newly dead keys in the window, once seen alive.
        package let dead: Int
        /// Keys that answered in the window, dead or alive, once seen alive.
        package let answered: Int
        /// More newly dead keys than this open the breaker.
        package let most: Int
        /// Why the breaker is open by these sums; nil: it is closed.
        package var reason: Reason?
        /// Whether no key is known to be alive: several keys were refused, none was accepted, and no canary is alive. Then
        /// waiting alone repairs nothing, whatever the reason.
        package var isWithoutLivingKey: Bool

        /// The sums as counted; they alone open nothing.
        package init(dead: Int, answered: Int, most: Int, isWithoutLivingKey: Bool) {
            self.dead = dead
            self.answered = answered
            self.most = most
            self.isWithoutLivingKey = isWithoutLivingKey
        }
    }

    /// The smallest share of newly dead keys that is taken as usual.
    package static let leastRate = 0.02
    /// As many answers at the least rate stand beside what the baseline holds, so that a handful of keys says little.
    package static let assumedAnswers = 200.0
    /// As many keys must have answered before "none was alive" says anything.
    package static let fewestAnswers = 3

    /// Judges a scope's hours, in any order; those after `date` or before the baseline do not matter.
    ///
    /// - Parameter canaryIsAlive: the operator's canary answered alive lately; then "none was alive" says nothing.
    package static func assess(
        _ hours: some Sequence<HourCount>, at date: Date, canaryIsAlive: Bool, by settings: Settings = Settings()
    ) -> Assessment {
        let sums = Sums(hours, at: HourCount.hour(of: date))
        let rate = sums.usualRate
        let answered = Double(sums.dead + sums.alive)
        let likely = rate * answered + settings.sigma * (answered * rate * (1 - rate)).squareRoot()
        var assessment = Assessment(
            dead: sums.dead, answered: sums.dead + sums.alive, most: max(settings.minimum, Int(likely)),
            isWithoutLivingKey: sums.alive == 0 && sums.dead + sums.neverAlive >= fewestAnswers && !canaryIsAlive)
        if assessment.dead > assessment.most {
            assessment.reason = .tooManyDead
        } else if assessment.isWithoutLivingKey {
            assessment.reason = .noneAlive
        }
        return assessment
    }

    /// The share of newly dead keys that ``assess(_:at:canaryIsAlive:_:)`` takes as usual.
    package static func usualRate(_ hours: some Sequence<HourCount>, at date: Date) -> Double {
        Sums(hours, at: HourCount.hour(of: date)).usualRate
    }

    /// How many keys of a scope with so many enabled ones may be disabled in 24 hours.
    package static func cap(enabledKeys: Int, _ settings: Settings = Settings()) -> Int {
        max(settings.capMinimum, Int(settings.capShare * Double(enabledKeys)))
    }

    private struct Sums {
        var alive = 0, dead = 0, neverAlive = 0
        var pastDead = 0, pastAnswered = 0

        var usualRate: Double {
            let dead = Double(pastDead) + leastRate * assumedAnswers
            return max(leastRate, dead / (Double(pastAnswered) + assumedAnswers))
        }

        init(_ hours: some Sequence<HourCount>, at now: Int) {
            for count in hours where count.hour <= now {
                if count.hour > now - HourCount.window {
                    alive += count.alive
                    dead += count.firstDead
                    neverAlive += count.neverAlive
                } else if count.hour > now - HourCount.window - HourCount.baseline, !count.isBreakerOpen {
                    pastDead += count.firstDead
                    pastAnswered += count.firstDead + count.alive
                }
            }
        }
    }
}
