package import Database
package import Foundation
package import Judgement
package import KeyVigil
internal import Vocabulary

/// How things stand between runs.
package struct StoreStatus: Sendable {
    /// What is promised and kept.
    package let coverage: Coverage
    /// Keys that the next run will take.
    package let dueNow: Int
    /// Keys under suspicion.
    package let suspected: Int
    /// Keys by status.
    package let keys: [String: Int]
    /// Mails of the last 24 hours that failed.
    package let mailsFailedInDay: Int
    /// Mails by state.
    package let mails: [String: Int]
    /// Notices that no mail has told yet.
    package let waitingNotices: Int
    /// Brakes that are on.
    package let brakes: [BrakeEpisode]
    /// What operators are being told of, as the last run left it.
    package let conditions: [Condition]
    /// Enabled keys that no probe can say anything about, by provider, finding and who has to act.
    package let uncheckable: [UncheckableKeys]
    /// The job's newest run, finished or not.
    package let lastRun: RunRecord?

    /// Overdue keys, failed mails of the last 24 hours, a brake, a failed control or a refused canary, or a last run that
    /// failed or whose process is gone.
    package var needsAttention: Bool {
        coverage.overdue > 0 || mailsFailedInDay > 0 || !brakes.isEmpty
            || conditions.contains { $0.kind.needsAttention && $0.absentSince == nil } || lastRunBroke
    }

    /// Whether the last run failed or was killed.
    package var lastRunBroke: Bool {
        guard let lastRun else { return false }
        return lastRun.outcome.map { $0 == "failed" } ?? RunnerIdentity.isGone(lastRun.runner)
    }
}

extension Connection {
    /// The store's status now; `period` in seconds.
    package func status(period: TimeInterval, roster: ProviderRoster, now: Date) throws -> StoreStatus {
        StoreStatus(
            coverage: try coverage(
                period: period, providers: roster.known, switchedOff: roster.switchedOff, unpaid: roster.unpaid,
                now: now),
            dueNow: try countDue(RunSelection(), of: roster.live, slices: Array(0..<KeySlot.slices), now: now),
            suspected: try count(
                "SELECT count(*) FROM key_health WHERE suspected_since IS NOT NULL AND status = 'active'"),
            keys: try keyCounts().byStatus,
            mailsFailedInDay: try failedMails(since: now - Timing.day),
            mails: try counts("SELECT state, count(*) FROM mail GROUP BY state"),
            waitingNotices: try count("SELECT count(*) FROM notice WHERE state = 'waiting'"),
            brakes: try standingBrakes(), conditions: try standingConditions(),
            uncheckable: try uncheckableKeys(roster, since: now), lastRun: try lastJob())
    }

    private func count(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        try first(sql, values) { $0.integer(0) } ?? 0
    }

    private func counts(_ sql: String) throws -> [String: Int] {
        Dictionary(uniqueKeysWithValues: try query(sql) { ($0.text(0), $0.integer(1)) })
    }
}
