public import Database
public import Foundation
public import KeyVigil

/// How things stand between runs.
public struct StoreStatus: Sendable {
    /// What is promised and kept.
    public let coverage: Coverage
    /// Keys that the next run will take.
    public let dueNow: Int
    /// Keys under suspicion.
    public let suspected: Int
    /// Keys by status.
    public let keys: [String: Int]
    /// Mails of the last 24 hours that failed.
    public let mailsFailedInDay: Int
    /// Mails by state.
    public let mails: [String: Int]
    /// Notices that no mail has told yet.
    public let waitingNotices: Int
    /// The job's newest run, finished or not.
    public let lastRun: RunRecord?

    /// Overdue keys, failed mails of the last 24 hours, or a last run that failed or whose process is gone.
    public var needsAttention: Bool { coverage.overdue > 0 || mailsFailedInDay > 0 || lastRunBroke }

    /// Whether the last run failed or was killed.
    public var lastRunBroke: Bool {
        guard let lastRun else { return false }
        return lastRun.outcome.map { $0 == "failed" } ?? RunnerIdentity.isGone(lastRun.runner)
    }
}

extension Connection {
    /// The store's status now; `period` in seconds.
    public func status(
        period: TimeInterval, providers: [String], switchedOff: [String] = [], now: Date
    ) throws -> StoreStatus {
        StoreStatus(
            coverage: try coverage(period: period, providers: providers, switchedOff: switchedOff, now: now),
            dueNow: try count("SELECT count(*) FROM key_health WHERE next_probe_at <= $1", [.time(now)]),
            suspected: try count(
                "SELECT count(*) FROM key_health WHERE suspected_since IS NOT NULL AND status = 'active'"),
            keys: try counts("SELECT status, count(*) FROM key_health GROUP BY status"),
            mailsFailedInDay: try count(
                "SELECT count(*) FROM mail WHERE state = 'failed' AND created_at > $1",
                [.time(now.addingTimeInterval(-Timing.day))]),
            mails: try counts("SELECT state, count(*) FROM mail GROUP BY state"),
            waitingNotices: try count("SELECT count(*) FROM notice WHERE state = 'waiting'"), lastRun: try lastJob())
    }

    private func count(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        try first(sql, values) { $0.integer(0) } ?? 0
    }

    private func counts(_ sql: String) throws -> [String: Int] {
        Dictionary(uniqueKeysWithValues: try query(sql) { ($0.text(0), $0.integer(1)) })
    }
}
