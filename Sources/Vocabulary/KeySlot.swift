package import Foundation

/// A key's fixed place in the schedule: the slice with which a runner leases it, and when in the six days it is due.
package struct KeySlot: Sendable, Equatable {
    /// 0 to 63.
    package let slice: Int
    /// Seconds from the start of the six days, counted from 1970, UTC; 0 to 518,399.
    package let seconds: Int

    /// How many slices the key space is cut into.
    package static let slices = 64

    /// The seconds after which a slot recurs: the period less one day, so that the period is kept even where runs
    /// start up to a day apart (ruling 12).
    package static func recurrence(period: TimeInterval) -> TimeInterval { max(period - 86_400, period / 7) }

    /// A place whose two numbers are known, as the store has them.
    package init(slice: Int, seconds: Int) {
        self.slice = slice
        self.seconds = seconds
    }

    /// The next time strictly after `date` at which a key is due; `slot` and `period` are seconds.
    package static func next(after date: Date, slot: Int, period: TimeInterval) -> Date {
        let length = recurrence(period: period)
        let offset = Double(slot).truncatingRemainder(dividingBy: length)
        let turns = ((date.timeIntervalSince1970 - offset) / length).rounded(.down) + 1
        return Date(timeIntervalSince1970: turns * length + offset)
    }
}
