internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension ObservedCondition {
    /// The conditions that hold now and are observed without a query over all keys.
    ///
    /// - Parameters:
    ///   - canaries: ids of providers for which the settings have a canary.
    ///   - onTenantsHosts: ids of providers whose keys are probed on tenants' own hosts. A failed control on such a
    ///     host concerns one tenant only and is no condition.
    ///   - overdue: the number of enabled keys without a conclusive check for the period.
    static func besidesKeys(
        canaries: Set<String>, onTenantsHosts: Set<String>, overdue: Int, at now: Date, in connection: Connection
    ) throws -> [ObservedCondition] {
        let failed = try MailTable.failedCount(since: now - Timing.day, in: connection)
        return try BreakerTable.open(in: connection).map { try condition(of: $0, at: now, in: connection) }
            + ControlTable.brokenCanaries(at: now, in: connection).filter(canaries.contains).map { provider in
                let answer = try lastAnswer(to: .canary, of: provider, in: connection)
                return ObservedCondition(kind: .canary, subject: provider, facts: .init(count: 1, answer: answer))
            }
            + failedControls(since: now - Timing.day, onTenantsHosts, in: connection).map { provider in
                let answer = try lastAnswer(to: .negative, of: provider, in: connection)
                return ObservedCondition(kind: .control, subject: provider, facts: .init(count: 1, answer: answer))
            }
            + (failed > 0 ? [ObservedCondition(kind: .notices, facts: .init(count: failed))] : [])
            + (overdue > 0 ? [ObservedCondition(kind: .overdue, facts: .init(count: overdue))] : [])
    }

    private static func condition(of breaker: BreakerEpisode, at now: Date, in connection: Connection) throws
        -> ObservedCondition
    {
        let scope = breaker.scope
        let held = try connection.first(
            """
            SELECT count(*) FROM key_health
            WHERE status = \(KeyStatus.active.sql) AND suspected_since IS NOT NULL AND provider = $1
                AND key_type = $2
                \(scope.isOnHost(parameter: 3))
            """, scope.values
        ) { $0.integer(0) }
        let canary = try ControlTable.isCanaryAlive(of: scope, at: now, in: connection)
        let isDesperate = Breaker.assess(
            try HourTable.counts(of: scope, at: now, in: connection), at: now, canaryIsAlive: canary
        )
        .isWithoutLivingKey
        return ObservedCondition(
            kind: .breaker, subject: "\(scope.provider)/\(scope.name)", since: breaker.openedAt,
            facts: .init(
                count: held ?? 0, breaker: BreakerCause(breaker), isWithoutLivingKey: isDesperate ? true : nil))
    }

    private static func failedControls(since date: Date, _ onTenantsHosts: Set<String>, in connection: Connection)
        throws -> [String]
    {
        try connection.query(
            """
            SELECT DISTINCT provider FROM control
            WHERE kind = \(ControlResult.Kind.negative.sql) AND outcome = \(ControlOutcome.failed.sql)
                AND at > $1
                AND (host = '' OR provider NOT IN (\(SQLList.texts(onTenantsHosts.sorted())))) ORDER BY provider
            """, [.time(date)]
        ) { $0.text(0) }
    }

    /// The answer to the last failed control of a provider.
    private static func lastAnswer(to kind: ControlResult.Kind, of provider: String, in connection: Connection) throws
        -> ControlAnswer?
    {
        try connection.first(
            """
            SELECT finding, http_status, code FROM control
            WHERE provider = $1 AND kind = $2 AND outcome = \(ControlOutcome.failed.sql) ORDER BY at DESC LIMIT 1
            """, [.text(provider), .text(kind.rawValue)]
        ) { row in
            ControlAnswer(
                finding: Finding(rawValue: row.text(0)) ?? .unrecognised, httpStatus: row.optionalInteger(1),
                code: row.optionalText(2))
        }
    }
}
