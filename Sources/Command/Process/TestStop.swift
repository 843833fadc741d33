internal import Foundation

/// Where a test build stops itself, so that a test can search its memory: `KEYVIGIL_TEST_STOP=checked`.
///
/// Does nothing in release builds.
enum TestStop {
    /// `check` has the provider's answer and has released the key; the HTTP client's thread releases its copy shortly after.
    static func afterProbe() {
        #if DEBUG
            guard ProcessInfo.processInfo.environment["KEYVIGIL_TEST_STOP"] == "checked" else { return }
            usleep(300_000)
            raise(SIGSTOP)
        #endif
    }
}
