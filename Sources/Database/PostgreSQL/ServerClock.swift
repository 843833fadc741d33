internal import Foundation
internal import Synchronization

/// The server's clock: its last known time, advanced by this machine's uptime, which changes of the local clock do not
/// affect.
final class ServerClock: Sendable {
    private static let unknown = Int64.min
    /// Server time minus uptime, in microseconds; `unknown` before the server has answered.
    private let offset = Atomic<Int64>(unknown)

    func set(_ date: Date) {
        offset.store(PostgresTime.microseconds(date) - Self.uptime, ordering: .relaxed)
    }

    /// The server's time, or this machine's before the server has answered.
    var now: Date {
        let offset = offset.load(ordering: .relaxed)
        return offset == Self.unknown ? Date() : PostgresTime.date(Self.uptime + offset)
    }

    /// In microseconds.
    private static var uptime: Int64 { Int64(StopSignal.uptime * 1_000_000) }
}
