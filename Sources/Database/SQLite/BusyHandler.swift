internal import CSQLite

/// SQLite's busy handler: lets a connection wait for another writer for ten seconds, or for one second after a stop
/// request.
///
/// It must outlive the connection that calls it, which holds an unowned pointer to it.
final class BusyHandler {
    private static let longestWait = 10.0
    private let stop: StopSignal
    private var start = 0.0

    init(stop: StopSignal) { self.stop = stop }

    func install(on connection: OpaquePointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_busy_handler(
            connection,
            { context, attempts in
                guard let context else { return 0 }
                return Unmanaged<BusyHandler>.fromOpaque(context).takeUnretainedValue().wait(after: attempts) ? 1 : 0
            }, context)
    }

    /// Sleeps, longer after each attempt, and returns whether SQLite should try again.
    private func wait(after attempts: Int32) -> Bool {
        let now = StopSignal.uptime
        if attempts == 0 { start = now }
        guard now < stop.deadline(ofWaitFrom: start, lasting: Self.longestWait) else { return false }
        stop.sleep(min(0.001 * Double(attempts + 1), 0.1))
        return true
    }
}
