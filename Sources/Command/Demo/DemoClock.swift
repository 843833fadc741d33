internal import Foundation
internal import Synchronization

/// The demo's time: the gap stays 24 hours, the clock moves.
final class DemoClock: Sendable {
    private let offset = Mutex<TimeInterval>(0)

    var now: Date { Date().addingTimeInterval(offset.withLock { $0 }) }

    func advance(days: Double) { offset.withLock { $0 += days * 86_400 } }
}
