import Foundation
import Judgement
import JudgementSupport
import Vocabulary

/// Keys by the hour in which they are due, in place of the store's index on `next_probe_at`.
struct DueQueue {
    private struct Entry {
        let key: Int
        let at: Date
    }

    private let base: Int
    private var hours: [[Entry]] = []
    /// The first hour that may have entries.
    private var first = 0

    init(from start: Date) { base = HourCount.hour(of: start) }

    /// Adds a key's new probe time; an older entry of the key is skipped when it is reached.
    mutating func add(_ key: Int, at date: Date?) {
        guard let date else { return }
        let hour = max(HourCount.hour(of: date) - base, first)
        while hours.count <= hour { hours.append([]) }
        hours[hour].append(Entry(key: key, at: date))
    }

    /// Removes and returns the keys due at `now`, in the order of their numbers, as a run goes by slice and id.
    mutating func take(until now: Date, isStill: (_ key: Int, _ at: Date) -> Bool) -> [Int] {
        let last = HourCount.hour(of: now) - base
        var keys: [Int] = []
        while first <= last, first < hours.count {
            let entries = hours[first]
            hours[first] = entries.filter { $0.at > now }
            for entry in entries where entry.at <= now && isStill(entry.key, entry.at) { keys.append(entry.key) }
            if first == last { break }
            first += 1
        }
        return keys.sorted()
    }
}
