internal import Foundation

/// A provider's rate over all runners: each reserves stretches of the provider's time in the store, and keeps its own
/// pace inside them. So the rate holds however many there are, without a word between them.
struct RateBudget {
    /// A stretch of the provider's time that is this runner's.
    struct Stretch {
        /// By this machine's uptime, in seconds.
        let start: TimeInterval
        let end: TimeInterval
        let size: Int
        var probes: Int
    }

    let perSecond: Double
    private var stretches: [Stretch] = []
    private var isAsking = false

    init(perSecond: Double) { self.perSecond = perSecond }

    /// Probes of a second; more where a second would be too few to be worth asking for.
    private var most: Int { Int(min(max(perSecond, 1), 2000)) }
    /// How long after its end a stretch may be used up: by so much of a second's rate, and no more, a second may have too
    /// many. A slow runner must not burst into what is another's by then; a rate beyond what a runner reaches needs no
    /// such care.
    private var grace: TimeInterval { perSecond < 1000 ? 0.1 : 1 }

    /// How many probes to ask the store for now, with so many keys waiting; nil: none, as long as half of what can be used
    /// is there. Each question is a transaction, so none is for the few keys that have just come.
    mutating func wants(waiting: Int) -> Int? {
        let reserved = stretches.reduce(0) { $0 + $1.probes }
        guard !isAsking, waiting > reserved, reserved <= min(waiting, most) / 2 else { return nil }
        isAsking = true
        return min(waiting - reserved, most)
    }

    mutating func add(_ probes: Int, from start: TimeInterval) {
        isAsking = false
        let end = start + Double(probes) / perSecond
        stretches.append(Stretch(start: start, end: end, size: probes, probes: probes))
    }

    /// Whether one more may go now: each has its moment in the stretch, before which it does not go.
    mutating func isFree(at time: TimeInterval) -> Bool {
        while let first = stretches.first, first.probes == 0 || first.end + grace < time { stretches.removeFirst() }
        return stretches.first.map { $0.start + Double($0.size - $0.probes) / perSecond <= time } ?? false
    }

    /// One goes.
    mutating func spendOne() { if !stretches.isEmpty { stretches[0].probes -= 1 } }
}
