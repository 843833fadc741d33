internal import Dispatch
internal import Foundation
internal import Revalidation

/// SIGTERM and SIGINT as a wish to stop, for as long as it lives.
struct TerminationSignals {
    private let sources: [any DispatchSourceSignal]

    init(_ stop: StopSignal) {
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { stop.raise() }
            source.resume()
            return source
        }
    }

    func end() {
        sources.forEach { $0.cancel() }
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    }
}
