internal import Database
internal import Dispatch
internal import Foundation

/// SIGTERM and SIGINT as a wish to stop, until the process ends: whoever has heard it ends by itself.
struct TerminationSignals {
    let stop = StopSignal()
    private let sources: [any DispatchSourceSignal]

    init() {
        sources = [SIGTERM, SIGINT].map { [stop] number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { stop.raise() }
            source.resume()
            return source
        }
    }
}

/// A wish to stop came while the store was away, or it went away then. Nothing is half done: what was not committed is
/// due still, and leases that could not be returned end by themselves.
struct StoppedWithoutStore: Error {
    let error: DatabaseError

    init(_ error: DatabaseError) { self.error = error }
}
