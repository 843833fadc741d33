internal import Database
internal import Dispatch
internal import Foundation

/// Turns SIGTERM and SIGINT into a stop signal for the rest of the process: the command ends by itself, in good order.
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
