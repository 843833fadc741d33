internal import Foundation
internal import Synchronization

/// The wish that a process ends early, as SIGTERM brings it; shared by whoever wishes, who works, and who waits for the
/// store.
///
/// A run looks at it every 50 ms. A wait for a store that is away ends within about a second of it.
public final class StopSignal: Sendable {
    /// When it was raised, by this machine's uptime in seconds; 0 before.
    private let raisedAt = Atomic<UInt64>(Double.zero.bitPattern)

    /// No wish yet.
    public init() {}

    /// Whether the wish is there.
    public var isRaised: Bool { time > 0 }

    /// Wishes it; further calls change nothing.
    public func raise() {
        _ = raisedAt.compareExchange(
            expected: Double.zero.bitPattern, desired: Self.uptime.bitPattern, ordering: .acquiringAndReleasing)
    }

    private var time: TimeInterval { Double(bitPattern: raisedAt.load(ordering: .acquiring)) }
    private static var uptime: TimeInterval { ProcessInfo.processInfo.systemUptime }
}

extension StopSignal {
    /// When a wait for the store is over that began at `start` and may last so many seconds: with the wish, a second after
    /// the later of the two.
    func end(ofWaitFrom start: TimeInterval, lasting seconds: TimeInterval) -> TimeInterval {
        isRaised ? min(start + seconds, max(time, start) + 1) : start + seconds
    }

    /// The same for a store that is gone and looked for: two seconds after the wish, nobody looks any more.
    func end(ofSearchFrom start: TimeInterval, lasting seconds: TimeInterval) -> TimeInterval {
        let end = end(ofWaitFrom: start, lasting: seconds)
        return isRaised ? min(end, time + 2) : end
    }

    /// Sleeps, less where the wish comes meanwhile.
    func sleep(_ seconds: TimeInterval) {
        let (end, wasRaised) = (Self.uptime + seconds, isRaised)
        while Self.uptime < end, isRaised == wasRaised {
            Thread.sleep(forTimeInterval: min(0.05, max(end - Self.uptime, 0)))
        }
    }
}
