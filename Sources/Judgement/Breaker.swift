package import Foundation

/// The circuit breaker of a scope against mass failure: a pure function of its sums by hour (ruling 2).
package enum Breaker {
    /// The operator's settings `breaker.*`.
    package struct Settings: Sendable, Equatable {
        /// Up to this many newly dead keys in 24 hours never open the breaker.
        package var minimum = 3
        /// How many standard deviations above the expected number of newly dead keys the limit lies.
        package var sigma = 4.0
        /// The share of a scope's enabled keys that may be disabled in 24 hours.
        package var capShare = 0.02
        /// This many keys of a scope may be disabled in 24 hours even where the share allows fewer.
        package var capMinimum = 3

        /// The default settings.
        package init() {}
    }

    /// Why a breaker is open.
    package enum Reason: String, Sendable, Codable, CaseIterable {
        /// More keys died in 24 hours than the four weeks before make likely.
        case tooManyDead
        /// Keys answered in 24 hours, and none was alive.
        case noneAlive
        /// Other keys, which were probed as evidence, were refused too.
        case evidence
    }

    /// What a scope's sums say at one time.
    package struct Assessment: Sendable, Equatable {
        /// Newly dead keys in the window, once seen alive.
        package let dead: Int
        /// Keys that answered in the window, dead or alive, once seen alive.
        package let answered: Int
        /// More newly dead keys than this open the breaker.
        package let most: Int
        /// Why the breaker is open by these sums; nil: it is closed.
        package var reason: Reason?
        /// Whether no key is known to be alive: several keys were refused, none was accepted, and no canary is alive.
        /// Then waiting alone repairs nothing, whatever the reason.
        package var isWithoutLivingKey: Bool

        /// An assessment whose ``reason`` is not yet decided.
        package init(dead: Int, answered: Int, most: Int, isWithoutLivingKey: Bool) {
            self.dead = dead
            self.answered = answered
            self.most = most
            self.isWithoutLivingKey = isWithoutLivingKey
        }
    }

    /// The smallest share of newly dead keys that the baseline can have.
    package static let leastRate = 0.02
    /// This many answers at ``leastRate`` are added to those of the baseline, so that a few answers move it little.
    package static let assumedAnswers = 200.0
    /// At least this many keys must have been refused before "none was alive" opens the breaker.
    package static let fewestAnswers = 3

    /// Assesses a scope's hours, in any order; those after `date` or before the baseline are ignored.
    ///
    /// - Parameter canaryIsAlive: whether the operator's canary was alive lately; then "none alive" does not apply.
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

    /// The baseline: the share of newly dead keys that ``assess(_:at:canaryIsAlive:by:)`` takes as usual.
    package static func usualRate(_ hours: some Sequence<HourCount>, at date: Date) -> Double {
        Sums(hours, at: HourCount.hour(of: date)).usualRate
    }

    /// How many keys of a scope with `enabledKeys` enabled ones may be disabled in 24 hours.
    package static func cap(enabledKeys: Int, _ settings: Settings = Settings()) -> Int {
        max(settings.capMinimum, Int(settings.capShare * Double(enabledKeys)))
    }

    private struct Sums {
        var alive = 0
        var dead = 0
        var neverAlive = 0
        var pastDead = 0
        var pastAnswered = 0

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
