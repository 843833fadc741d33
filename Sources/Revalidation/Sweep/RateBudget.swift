internal import Database
internal import Foundation
internal import KeyVigil

/// A provider's rate over all runners: each reserves stretches of the provider's time in the store, and keeps its own
/// pace inside them. So the rate holds however many there are, without a word between them.
struct RateBudget {
    /// A stretch of the provider's time that is this runner's.
    struct Stretch {
        /// By this machine's uptime, in seconds.
        let start: TimeInterval
        let end: TimeInterval
        var probes: Int
    }

    let perSecond: Double
    private var stretches: [Stretch] = []
    private var isAsking = false

    init(perSecond: Double) { self.perSecond = perSecond }

    /// Probes of a second; more where a second would be too few to be worth asking for.
    private var most: Int { Int(min(max(perSecond, 1), 2000)) }
    /// How long after its end a stretch may be used up. A slow runner must not burst into what is another's by then; a
    /// rate beyond what a runner reaches needs no such care.
    private var grace: TimeInterval { perSecond < 1000 ? 0.1 : 1 }

    /// How many probes to ask the store for now, with so many keys waiting; nil: none.
    mutating func wants(waiting: Int) -> Int? {
        let reserved = stretches.reduce(0) { $0 + $1.probes }
        guard !isAsking, waiting > reserved, reserved <= most / 2 else { return nil }
        isAsking = true
        return min(waiting - reserved, most)
    }

    mutating func add(_ probes: Int, from start: TimeInterval) {
        isAsking = false
        stretches.append(Stretch(start: start, end: start + Double(probes) / perSecond, probes: probes))
    }

    /// Whether one more may go now.
    mutating func isFree(at time: TimeInterval) -> Bool {
        while let first = stretches.first, first.probes == 0 || first.end + grace < time { stretches.removeFirst() }
        return stretches.first.map { $0.start <= time } ?? false
    }

    /// One goes.
    mutating func take() { if !stretches.isEmpty { stretches[0].probes -= 1 } }
}

extension Connection {
    /// Reserves the provider's next free stretch for so many probes; returns its start in seconds from now.
    func reserve(_ probes: Int, of provider: String, perSecond rate: Double, now: Date) throws -> TimeInterval {
        try execute(
            "INSERT INTO provider_budget (provider, free_from) VALUES ($1, $2) ON CONFLICT (provider) DO NOTHING",
            [.text(provider), .time(now)])
        let row = try first(
            "SELECT free_from, \(dialect.clock("$1")) FROM provider_budget WHERE provider = $2 \(dialect.changingRows)",
            [.time(now), .text(provider)]
        ) { ($0.time(0) ?? now, $0.time(1) ?? now) }
        let (free, present) = row ?? (now, now)
        let start = max(free, present)
        try execute(
            "UPDATE provider_budget SET free_from = $1 WHERE provider = $2",
            [.time(start + Double(probes) / rate), .text(provider)])
        return start.timeIntervalSince(present)
    }

    /// Nobody asks the provider before `date`: it has refused ten keys in a row for the rate.
    func pause(_ provider: String, until date: Date) throws {
        try execute(
            """
            INSERT INTO provider_budget (provider, free_from) VALUES ($1, $2)
            ON CONFLICT (provider) DO UPDATE SET free_from = excluded.free_from
            WHERE provider_budget.free_from < excluded.free_from
            """, [.text(provider), .time(date)])
    }
}
