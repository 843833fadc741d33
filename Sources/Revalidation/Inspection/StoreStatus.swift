package import Database
package import Foundation
package import Judgement
package import KeyVigil
package import Vocabulary

/// The state of the store, also between runs.
package struct StoreStatus: Sendable {
    /// Coverage of the promised period.
    package let coverage: Coverage
    /// Keys that are due.
    package let dueNow: Int
    /// Active keys under suspicion.
    package let suspected: Int
    /// Keys by status.
    package let keys: [KeyStatus: Int]
    /// Mails of the last 24 hours that failed.
    package let mailsFailedInDay: Int
    /// Mails by state.
    package let mails: [MailState: Int]
    /// Notices that are in no mail yet.
    package let waitingNotices: Int
    /// Breakers that are open.
    package let breakers: [BreakerEpisode]
    /// Conditions that operators are mailed about, as the last run stored them.
    package let conditions: [Condition]
    /// Enabled keys that no probe can judge, by provider, finding and whether tenant or operators have to act.
    package let uncheckable: [UncheckableKeys]
    /// The job's newest run, finished or not.
    package let lastRun: RunRecord?
    /// How much the audit log holds.
    package let auditLog: AuditLogSize

    /// Whether an operator should look: overdue keys, failed mails of the last 24 hours, an open breaker, a failed
    /// control or a refused canary, or a last run that failed or whose process is gone.
    package var needsAttention: Bool {
        coverage.overdue > 0 || mailsFailedInDay > 0 || !breakers.isEmpty
            || conditions.contains { $0.kind.needsAttention && $0.absentSince == nil } || lastRunBroke
    }

    /// Whether the last run failed or was killed.
    package var lastRunBroke: Bool {
        guard let lastRun else { return false }
        return lastRun.outcome.map { $0 == .failed } ?? RunnerIdentity.isGone(lastRun.runner)
    }
}

extension StoreStatus {
    /// Reads the status as of `now`.
    ///
    /// - Parameter period: the promised period, in seconds.
    /// - Throws: `DatabaseError`.
    package static func current(
        period: TimeInterval, activeProviders: ActiveProviders, now: Date, in connection: Connection
    )
        throws -> StoreStatus
    {
        StoreStatus(
            coverage: try Coverage.measured(
                period: period, providers: activeProviders.known, switchedOff: activeProviders.disabled,
                unpaid: activeProviders.unpaid,
                now: now, in: connection),
            dueNow: try DueKey.countDue(
                RunSelection(), of: activeProviders.live, slices: Array(0..<KeySlot.slices), now: now, in: connection),
            suspected: try count(
                "SELECT count(*) FROM key_health WHERE suspected_since IS NOT NULL AND status = $1",
                [.text(KeyStatus.active.rawValue)], in: connection),
            keys: try KeyCountTable.counts(in: connection).byStatus,
            mailsFailedInDay: try MailTable.failedCount(since: now - Timing.day, in: connection),
            mails: try mailCounts(in: connection),
            waitingNotices: try count(
                "SELECT count(*) FROM notice WHERE state = $1", [.text(NoticeState.waiting.rawValue)], in: connection),
            breakers: try BreakerTable.open(in: connection), conditions: try ConditionTable.standing(in: connection),
            uncheckable: try ObservedCondition.uncheckableKeys(activeProviders, since: now, in: connection),
            lastRun: try RunTable.lastJob(in: connection), auditLog: try AuditLogSize(at: now, in: connection))
    }

    private static func count(_ sql: String, _ values: [SQLValue] = [], in connection: Connection) throws -> Int {
        try connection.first(sql, values) { $0.integer(0) } ?? 0
    }

    private static func mailCounts(in connection: Connection) throws -> [MailState: Int] {
        let rows = try connection.query("SELECT state, count(*) FROM mail GROUP BY state") { row in
            MailState(rawValue: row.text(0)).map { ($0, row.integer(1)) }
        }
        return Dictionary(uniqueKeysWithValues: rows.compactMap(\.self))
    }
}
