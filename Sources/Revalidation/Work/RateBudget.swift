internal import Foundation

/// A provider's rate limit over all runners. Each runner reserves time intervals in the store and spaces its probes
/// evenly inside them, so the limit holds for any number of runners without messages between them.
struct RateBudget {
    /// An interval of the provider's time that this runner has reserved.
    struct Reservation {
        /// In seconds of this machine's uptime.
        let start: TimeInterval
        /// In seconds of this machine's uptime.
        let end: TimeInterval
        /// The number of probes reserved.
        let size: Int
        /// The number of probes not sent yet.
        var probes: Int
    }

    let perSecond: Double
    private var reservations: [Reservation] = []
    private var isReserving = false

    init(perSecond: Double) { self.perSecond = perSecond }

    /// The largest reservation: one second's probes, at least 1 and at most 2000.
    private var largestReservation: Int { Int(min(max(perSecond, 1), 2000)) }
    /// How many seconds after its end an interval may still be used. The rate of one second may be exceeded by this
    /// share: a slow runner must not burst into an interval that another runner has reserved. At rates that one
    /// runner cannot reach, a whole second is allowed.
    private var grace: TimeInterval { perSecond < 1000 ? 0.1 : 1 }

    /// The number of probes to reserve in the store now, with `waiting` keys queued; nil while a request is under way
    /// or more than half of the usable probes is still reserved. Each reservation is a transaction, so there is none
    /// for each few keys that are queued.
    mutating func probesToReserve(waiting: Int) -> Int? {
        let reserved = reservations.reduce(0) { $0 + $1.probes }
        guard !isReserving, waiting > reserved, reserved <= min(waiting, largestReservation) / 2 else { return nil }
        isReserving = true
        return min(waiting - reserved, largestReservation)
    }

    /// Adds a reserved interval that starts at `start`, in seconds of this machine's uptime.
    mutating func add(_ probes: Int, from start: TimeInterval) {
        isReserving = false
        let end = start + Double(probes) / perSecond
        reservations.append(Reservation(start: start, end: end, size: probes, probes: probes))
    }

    /// Whether a probe may be sent at `time`, in seconds of uptime. Each probe has its own start time in the
    /// interval.
    mutating func canSend(at time: TimeInterval) -> Bool {
        while let first = reservations.first, first.probes == 0 || first.end + grace < time {
            reservations.removeFirst()
        }
        return reservations.first.map { $0.start + Double($0.size - $0.probes) / perSecond <= time } ?? false
    }

    /// Counts one probe as sent.
    mutating func spendOne() { if !reservations.isEmpty { reservations[0].probes -= 1 } }
}
