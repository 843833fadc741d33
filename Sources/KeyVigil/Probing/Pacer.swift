package import Foundation

/// Keeps a steady rate: so many a second, with no more than a tenth of a second to catch up.
package struct Pacer: Sendable {
    private let interval: TimeInterval
    private var nextFree: TimeInterval = 0

    /// A pace; 0 lets nothing go.
    package init(perSecond: Double) { interval = perSecond > 0 ? 1 / perSecond : .infinity }

    /// Whether one more may go now, in seconds of a monotonic clock.
    package func isFree(at time: TimeInterval) -> Bool { nextFree <= time }

    /// One goes.
    package mutating func recordSend(at time: TimeInterval) { nextFree = max(nextFree, time - 0.1) + interval }

    /// Nothing goes before `time`.
    package mutating func pause(until time: TimeInterval) { nextFree = max(nextFree, time) }
}
