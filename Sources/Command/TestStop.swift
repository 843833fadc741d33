internal import Foundation

/// Where a test build stops itself, so that a test can look into the process: `KEYVIGIL_TEST_STOP=checked`.
///
/// Compiled to nothing in release builds.
enum TestStop {
    /// `check` has its answer and has let go of the key; the client's thread does so a moment later.
    static func afterProbe() {
        #if DEBUG
            guard ProcessInfo.processInfo.environment["KEYVIGIL_TEST_STOP"] == "checked" else { return }
            usleep(300_000)
            raise(SIGSTOP)
        #endif
    }
}
