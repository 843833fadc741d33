import Foundation
import Judgement

@testable import Revalidation

/// Which keys are due, by the hour: what the index on `next_probe_at` is to the store.
struct DueQueue {
    private struct Entry {
        let key: Int
        let at: Date
    }

    private let base: Int
    private var hours: [[Entry]] = []
    /// Hours before this one are empty.
    private var first = 0

    init(from start: Date) { base = HourCount.hour(of: start) }

    /// A key's new turn; an older one of the same key is passed over when it comes.
    mutating func add(_ key: Int, at date: Date?) {
        guard let date else { return }
        let hour = max(HourCount.hour(of: date) - base, first)
        while hours.count <= hour { hours.append([]) }
        hours[hour].append(Entry(key: key, at: date))
    }

    /// Takes the keys due at `now` in the order of their numbers, as slices and ids are worked through.
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
