internal import Foundation
internal import Synchronization

/// The store's clock as this process knows it: the server's, carried on by a clock that nobody sets.
final class StoreClock: Sendable {
    /// Microseconds from the start of this machine to the server's epoch; nil is `Int64.min`.
    private let offset = Atomic<Int64>(.min)

    func set(_ date: Date) {
        offset.store(PostgresTime.microseconds(date) - Self.uptime, ordering: .relaxed)
    }

    var now: Date {
        let offset = offset.load(ordering: .relaxed)
        return offset == .min ? Date() : PostgresTime.date(Self.uptime + offset)
    }

    private static var uptime: Int64 { Int64(ProcessInfo.processInfo.systemUptime * 1_000_000) }
}
