public import Database
public import Foundation
internal import KeyVigil

/// How a run is to be done.
public struct RunOptions: Sendable {
    /// Which keys.
    public var selection = RunSelection()
    /// When keys are due, suspected and confirmed.
    public var timing = Timing()
    /// The figures of brake and cap.
    public var brake = Brake.Settings()
    /// Exchanges on the wire at once.
    public var concurrency = 64
    /// After this no new probe begins; in seconds.
    public var maxDuration: TimeInterval = 50 * 60
    /// Probes for real and writes nothing but one audit row.
    public var isDryRun = false
    /// Notices are queued and not sent.
    public var sendsNotices = true
    /// Thresholds in days before a known expiry.
    public var expiringDays = [30, 14, 7, 1]
    /// Disabling pauses while more notices wait than this.
    public var mostWaitingNotices = 1000
    /// The operators' own keys by provider id: proof that a provider still says yes.
    public var canaries: [String: Canary] = [:]
    /// Raised when the run is to end early, as SIGTERM asks.
    public var stop = StopSignal()

    /// The shipped defaults.
    public init() {}
}
