internal import CSQLite
internal import Foundation

/// How long a connection waits for another writer: ten seconds, or one where somebody wishes to stop.
///
/// It must outlive the connection that it serves.
final class WriterWait {
    private static let patience = 10.0
    private let stop: StopSignal
    private var start = 0.0

    init(_ stop: StopSignal) { self.stop = stop }

    func serve(_ handle: OpaquePointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_busy_handler(
            handle,
            { context, tries in
                guard let context else { return 0 }
                return Unmanaged<WriterWait>.fromOpaque(context).takeUnretainedValue().waits(tries) ? 1 : 0
            }, context)
    }

    /// Waits a little longer each time; false when it has been enough.
    private func waits(_ tries: Int32) -> Bool {
        let now = ProcessInfo.processInfo.systemUptime
        if tries == 0 { start = now }
        guard now < stop.end(ofWaitFrom: start, lasting: Self.patience) else { return false }
        stop.sleep(min(0.001 * Double(tries + 1), 0.1))
        return true
    }
}
