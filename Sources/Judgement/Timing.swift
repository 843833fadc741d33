package import Foundation

/// The times between the probes of a key and until it is disabled or given up, in seconds.
package struct Timing: Sendable, Equatable {
    /// Every key is checked at least once in this time.
    package var period: TimeInterval
    /// From a first dead answer to the earliest that may confirm it.
    package var gap: TimeInterval

    /// Times; by default 7 days and 24 hours.
    package init(period: TimeInterval = 7 * day, gap: TimeInterval = day) {
        self.period = period
        self.gap = gap
    }

    /// One day.
    package static let day: TimeInterval = 86_400
    /// Ambiguous rules need two confirmations over at least this time, unless the rule sets its own.
    package static let ambiguousOver = 3 * day
    /// How early a gap counts as reached: one hour, because schedules start hourly (ruling 12), and half of a gap
    /// under two hours.
    package static func early(_ gap: TimeInterval) -> TimeInterval { min(3600, gap / 2) }
    /// When a key that the job disabled is probed again, counted from the disabling; after the last of these, weekly.
    package static let recovery = [1 * day, 3 * day, 7 * day]
    /// This long after the disabling it is probed for the last time (promise 9).
    package static let recoveryEnd = 90 * day
    /// After this long without a check of the key the tenant is told (ruling 15).
    package static let uncheckableNoticeAfter = 7 * day
    /// In an episode without credit the key is probed daily for this long (ruling 8).
    package static let exhaustedDaily = 14 * day
    /// Where probes cannot see credit, two that are accepted this far apart end the episode.
    package static let creditApart = 20 * 3600.0

    /// The seconds to wait after so many unknown answers in a row: 1, 2, 4 … hours, at most a day.
    package static func backOff(unknownCount: Int) -> TimeInterval {
        min(3600 * Double(1 << min(max(unknownCount - 1, 0), 5)), day)
    }

    /// The next probe of a key disabled at `start`; nil where it is not probed any more.
    package static func nextRecovery(disabledAt start: Date, after date: Date) -> Date? {
        let age = date.timeIntervalSince(start) + early(day)
        let next = recovery.first { $0 > age } ?? (age / (7 * day)).rounded(.down) * 7 * day + 7 * day
        return age >= recoveryEnd ? nil : start.addingTimeInterval(min(next, recoveryEnd))
    }
}
