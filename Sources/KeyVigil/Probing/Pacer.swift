package import Foundation

/// Keeps requests at a steady rate per second, and lets them catch up on at most a tenth of a second.
package struct Pacer: Sendable {
    private let interval: TimeInterval
    private var nextFree: TimeInterval = 0

    /// A pacer for this many requests a second; 0 allows none.
    package init(perSecond: Double) { interval = perSecond > 0 ? 1 / perSecond : .infinity }

    /// Whether a request may be sent at `time`, in seconds of a monotonic clock.
    package func isFree(at time: TimeInterval) -> Bool { nextFree <= time }

    /// Records that a request is sent at `time`, in seconds of the same clock.
    package mutating func recordSend(at time: TimeInterval) { nextFree = max(nextFree, time - 0.1) + interval }

    /// Allows no request before `time`, in seconds of the same clock.
    package mutating func pause(until time: TimeInterval) { nextFree = max(nextFree, time) }
}
