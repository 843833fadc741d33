package import Database
package import Foundation
package import Judgement
internal import KeyVigil

/// Settings of one run.
package struct RunOptions: Sendable {
    /// Which keys are checked; all by default.
    package var selection = RunSelection()
    /// When keys are due, suspected and confirmed.
    package var timing = Timing()
    /// Thresholds of breaker and cap.
    package var breaker = Breaker.Settings()
    /// How many requests may be on the wire at once.
    package var concurrency = 64
    /// Seconds after which no new probe begins.
    package var maxDuration: TimeInterval = 50 * 60
    /// Whether the run sends its probes but stores nothing except one audit row.
    package var isDryRun = false
    /// Whether notices are mailed; otherwise they stay queued.
    package var sendsNotices = true
    /// How many days before a known expiry the tenant gets a notice.
    package var expiringDays = [30, 14, 7, 1]
    /// No key is disabled while more notices than this wait.
    package var mostWaitingNotices = 1000
    /// The operators' own keys by provider id; they show whether a provider still accepts keys.
    package var canaries: [String: Canary] = [:]
    /// A stop request ends the run early; SIGTERM raises one.
    package var stop = StopSignal()

    /// The shipped defaults.
    package init() {}
}
