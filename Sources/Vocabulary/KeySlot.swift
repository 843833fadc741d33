package import Foundation

/// A key's fixed place: which slice a runner leases it with, and when in the six days its turn comes.
package struct KeySlot: Sendable, Equatable {
    /// 0 to 63.
    package let slice: Int
    /// Seconds into the recurring period, from 0 to its length less one.
    package let seconds: Int

    /// How many slices the key space is cut into.
    package static let slices = 64

    /// Slots recur every period less one day, so that starts up to a day apart keep the period strictly (ruling 12).
    package static func recurrence(period: TimeInterval) -> TimeInterval { max(period - 86_400, period / 7) }

    /// A place that is known already.
    package init(slice: Int, seconds: Int) {
        self.slice = slice
        self.seconds = seconds
    }

    /// The next turn strictly after `date`.
    package static func next(after date: Date, slot: Int, period: TimeInterval) -> Date {
        let length = recurrence(period: period)
        let offset = Double(slot).truncatingRemainder(dividingBy: length)
        let turns = ((date.timeIntervalSince1970 - offset) / length).rounded(.down) + 1
        return Date(timeIntervalSince1970: turns * length + offset)
    }
}
