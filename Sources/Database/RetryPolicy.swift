internal import Foundation

/// Decides how often, and for how long, one transaction is retried on a server: until it has lost 20 conflicts with
/// other transactions, or `seconds` are over. Pauses double from 50 ms to two seconds, with jitter.
struct RetryPolicy {
    private static let mostConflicts = 20
    private static let longestPause = 2.0

    private let stop: StopSignal
    private let seconds: Double
    private let start = StopSignal.uptime
    private var pause = 0.05
    private var conflicts = 0
    private var hasWaited = false

    init(lasting seconds: Double, stop: StopSignal) {
        self.seconds = seconds
        self.stop = stop
    }

    private var remaining: Double {
        stop.deadline(ofReconnectingFrom: start, lasting: seconds) - StopSignal.uptime
    }

    /// Seconds that the next attempt may take; at least one, so that the last attempt can succeed.
    var timeForAttempt: Double { max(remaining, 1) }

    /// Sleeps before the next attempt, or throws `error` where there is to be none.
    ///
    /// The first retry is made even when the time is over, unless a stop was requested: time also passes while a
    /// process is paused.
    mutating func wait(after error: DatabaseError) throws {
        if error.retry == .onSameConnection { conflicts += 1 }
        let isFirstRetry = !hasWaited && !stop.isRaised
        guard conflicts < Self.mostConflicts, remaining > 0 || isFirstRetry else { throw error }
        hasWaited = true
        stop.sleep(pause * Double.random(in: 0.5...1))
        pause = min(pause * 2, Self.longestPause)
    }
}
