internal import Foundation

/// The clock of a test build, moved by `KEYVIGIL_TEST_CLOCK_OFFSET` seconds.
enum TestClock {
    /// Nil where the clock is not moved, and always in release builds.
    static let now: (@Sendable () -> Date)? = {
        #if DEBUG
            let offset = ProcessInfo.processInfo.environment["KEYVIGIL_TEST_CLOCK_OFFSET"].flatMap(Double.init)
            guard let offset else { return nil }
            return { Date().addingTimeInterval(offset) }
        #else
            return nil
        #endif
    }()
}
