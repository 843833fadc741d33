internal import Foundation
internal import Synchronization

/// A clock that the demo moves forward, so that it shows weeks with the usual gap of 24 hours.
final class DemoClock: Sendable {
    private let offset = Mutex<TimeInterval>(0)

    var now: Date { Date().addingTimeInterval(offset.withLock { $0 }) }

    func advance(days: Double) { offset.withLock { $0 += days * 86_400 } }
}
