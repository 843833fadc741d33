internal import Foundation

#if DEBUG
    internal import Synchronization
#endif

/// Places where a test build can be killed or paused: `KEYVIGIL_FAILPOINT=NAME[:N[:stop]]` sends SIGKILL, or SIGSTOP,
/// on the N-th visit.
///
/// Compiled to nothing in release builds.
enum Failpoint: String, CaseIterable {
    case runOpened, leasesTaken, keysRead, answersIn, batchWritten, batchCommitted
    case applyStarted, applyWritten, applyCommitted, expiryQueued
    case mailComposed, mailClaimed, mailDelivered, mailRecorded, leasesReturned, runFinished

    #if DEBUG
        private static let armed = ProcessInfo.processInfo.environment["KEYVIGIL_FAILPOINT"]?.split(separator: ":")
        private static let visits = Mutex(0)
    #endif

    func hit() {
        #if DEBUG
            guard let armed = Self.armed, armed.first.map(String.init) == rawValue else { return }
            let visit = Self.visits.withLock { count in
                count += 1
                return count
            }
            guard visit == (armed.count > 1 ? Int(armed[1]) ?? 1 : 1) else { return }
            // `raise` signals this thread. A signal to the process might be delivered to another thread while this
            // one goes on.
            raise(armed.count > 2 ? SIGSTOP : SIGKILL)
        #endif
    }
}
