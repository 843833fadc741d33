package import Database
package import Foundation
package import Judgement
internal import KeyVigil
internal import Vocabulary

extension GuardState {
    /// All scopes with sums in the last 28 days or with an open breaker, sorted by provider, key type and host.
    ///
    /// - Throws: `DatabaseError` where the store cannot be read.
    package static func all(_ settings: Breaker.Settings, now: Date, in connection: Connection) throws -> [GuardState] {
        try connection.query(
            """
            SELECT provider, key_type, host FROM provider_hour WHERE hour > $1
            UNION SELECT provider, key_type, host FROM provider_breaker WHERE closed_at IS NULL
            ORDER BY provider, key_type, host
            """, [.integer(HourCount.hour(of: now) - HourCount.baseline)]
        ) { GuardScope(provider: $0.text(0), keyType: $0.text(1), host: $0.text(2)) }
        .map { try current(of: $0, settings, now: now, in: connection) }
    }

    /// The state of one scope, which may be without any sums.
    static func current(of scope: GuardScope, _ settings: Breaker.Settings, now: Date, in connection: Connection) throws
        -> GuardState
    {
        let hours = try HourTable.counts(of: scope, at: now, in: connection)
        let canary = try ControlTable.isCanaryAlive(of: scope, at: now, in: connection)
        let breaker = try BreakerTable.open(of: scope, in: connection).first
        let history = try BreakerTable.history(of: scope, at: now, in: connection)
        return GuardState(
            scope: scope, breaker: breaker,
            closesNext: breaker?.closing(given: hours, now: now, canaryIsAlive: canary, by: settings) != nil,
            sums: Breaker.assess(hours, at: now, canaryIsAlive: canary, by: settings),
            usualRate: Breaker.usualRate(hours, at: now), suspicions: try suspicionCount(of: scope, in: connection),
            disabledInDay: try DisablingTable.count(of: scope, since: now - Timing.day, in: connection),
            cap: Breaker.cap(enabledKeys: try ScopeFacts.enabledKeys(of: scope, in: connection), settings),
            closedAt: history.closedAt,
            releases: history.releases.filter { $0.concerns(scope) })
    }

    private static func suspicionCount(of scope: GuardScope, in connection: Connection) throws -> Int {
        try connection.first(
            """
            SELECT count(*) FROM key_health
            WHERE status = \(KeyStatus.active.sql) AND suspected_since IS NOT NULL AND provider = $1
                AND key_type = $2
                \(scope.isOnHost(parameter: 3))
            """, scope.values
        ) { $0.integer(0) } ?? 0
    }
}
