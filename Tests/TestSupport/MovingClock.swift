public import Foundation

/// A clock that stands still until the test moves it. Its times are whole seconds, as a store reads them back.
///
/// `@unchecked Sendable` holds because every access to its state takes the lock.
public final class MovingClock: @unchecked Sendable {
    private let lock = NSLock()
    private var time: Date

    /// Begins at 2026-03-02T09:00:00Z, a Monday.
    public init(_ start: Date = Date(timeIntervalSince1970: 1_772_442_000)) { time = start }

    /// The time that the clock shows.
    public var now: Date { lock.withLock { time } }

    /// Moves the clock forward; a day has 86,400 seconds.
    public func advance(days: Double = 0, hours: Double = 0, minutes: Double = 0, seconds: Double = 0) {
        lock.withLock { time += days * 86_400 + hours * 3600 + minutes * 60 + seconds }
    }
}
