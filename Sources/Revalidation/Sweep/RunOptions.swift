package import Database
package import Foundation
package import Judgement
internal import KeyVigil

/// How a run is to be done.
package struct RunOptions: Sendable {
    /// Which keys.
    package var selection = RunSelection()
    /// When keys are due, suspected and confirmed.
    package var timing = Timing()
    /// The figures of breaker and cap.
    package var breaker = Breaker.Settings()
    /// Exchanges on the wire at once.
    package var concurrency = 64
    /// After this no new probe begins; in seconds.
    package var maxDuration: TimeInterval = 50 * 60
    /// Probes for real and writes nothing but one audit row.
    package var isDryRun = false
    /// Notices are queued and not sent.
    package var sendsNotices = true
    /// Thresholds in days before a known expiry.
    package var expiringDays = [30, 14, 7, 1]
    /// Disabling pauses while more notices wait than this.
    package var mostWaitingNotices = 1000
    /// The operators' own keys by provider id: proof that a provider still says yes.
    package var canaries: [String: Canary] = [:]
    /// Raised when the run is to end early, as SIGTERM asks.
    package var stop = StopSignal()

    /// The shipped defaults.
    package init() {}
}
