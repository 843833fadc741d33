internal import Foundation
internal import Synchronization

/// A request that this process stop early, for example after SIGTERM. The code that receives the request raises the
/// signal; a run and every wait for the store check it.
///
/// A run checks it every 50 ms. A wait for a store that cannot be reached ends about a second after it.
public final class StopSignal: Sendable {
    /// The time of the request in seconds of uptime; 0 before it.
    private let raisedAt = Atomic<UInt64>(Double.zero.bitPattern)

    /// A signal that is not raised.
    public init() {}

    /// Whether a stop was requested.
    public var isRaised: Bool { time > 0 }

    /// Requests the stop; further calls change nothing.
    public func raise() {
        _ = raisedAt.compareExchange(
            expected: Double.zero.bitPattern, desired: Self.uptime.bitPattern, ordering: .acquiringAndReleasing)
    }

    private var time: TimeInterval { Double(bitPattern: raisedAt.load(ordering: .acquiring)) }
}

extension StopSignal {
    /// This machine's uptime in seconds, the clock of all deadlines here: unlike the time of day, it is never set.
    static var uptime: TimeInterval { ProcessInfo.processInfo.systemUptime }

    /// The uptime at which a wait for the store ends that began at `start` and may last `seconds`. A stop request
    /// shortens it to one second after the request or after `start`, whichever is later.
    func deadline(ofWaitFrom start: TimeInterval, lasting seconds: TimeInterval) -> TimeInterval {
        let deadline = start + seconds
        return isRaised ? min(deadline, max(time, start) + 1) : deadline
    }

    /// The same for attempts to reconnect to a lost server: two seconds after a stop request there are no more.
    func deadline(ofReconnectingFrom start: TimeInterval, lasting seconds: TimeInterval) -> TimeInterval {
        let deadline = deadline(ofWaitFrom: start, lasting: seconds)
        return isRaised ? min(deadline, time + 2) : deadline
    }

    /// Blocks the thread for `seconds`, or until a stop is requested meanwhile.
    func sleep(_ seconds: TimeInterval) {
        let end = Self.uptime + seconds
        let wasRaised = isRaised
        while Self.uptime < end, isRaised == wasRaised {
            Thread.sleep(forTimeInterval: min(0.05, max(end - Self.uptime, 0)))
        }
    }
}
