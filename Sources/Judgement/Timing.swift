package import Foundation

/// When things happen to a key. All in seconds.
package struct Timing: Sendable, Equatable {
    /// Every key is checked at least once in this time.
    package var period: TimeInterval
    /// From a first dead answer to one that may confirm it.
    package var gap: TimeInterval

    /// The shipped times: 7 days, and 24 hours.
    package init(period: TimeInterval = 7 * day, gap: TimeInterval = day) {
        self.period = period
        self.gap = gap
    }

    /// One day.
    package static let day: TimeInterval = 86_400
    /// Ambiguous rules need two confirmations over at least this, unless the rule says more.
    package static let ambiguousOver = 3 * day
    /// Schedules start hourly, so a gap counts as reached one hour early (ruling 12); of a gap under two hours, half
    /// must still be over.
    package static func early(_ gap: TimeInterval) -> TimeInterval { min(3600, gap / 2) }
    /// When a key that the job disabled is asked again, counted from the disabling: then weekly.
    package static let recovery = [1 * day, 3 * day, 7 * day]
    /// After this it is not asked again.
    package static let recoveryEnd = 90 * day
    /// After so long without a word about a key, somebody is told.
    package static let uncheckableTold = 7 * day
    /// An episode without credit is looked at daily for this long.
    package static let exhaustedDaily = 14 * day
    /// So far apart two probes that do not see credit must be let through to end it.
    package static let creditApart = 20 * 3600.0

    /// After 1, 2, 4 … hours, at most a day.
    package static func backOff(unknownCount: Int) -> TimeInterval {
        min(3600 * Double(1 << min(max(unknownCount - 1, 0), 5)), day)
    }

    /// The next re-probe of a key disabled at `start`; nil when it is not asked any more.
    package static func nextRecovery(disabledAt start: Date, after date: Date) -> Date? {
        let age = date.timeIntervalSince(start) + early(day)
        let next = recovery.first { $0 > age } ?? (age / (7 * day)).rounded(.down) * 7 * day + 7 * day
        return age >= recoveryEnd ? nil : start.addingTimeInterval(min(next, recoveryEnd))
    }
}
