package import Database
package import Foundation
package import Judgement
internal import KeyVigil

/// The state of one scope's guard, for operators: breaker, sums, cap and releases.
package struct GuardState: Sendable {
    /// The provider, key type and host that the state is of.
    package let scope: GuardScope
    /// The open breaker; nil while it is closed.
    package let breaker: BreakerEpisode?
    /// Whether a run that started now would close the breaker.
    package let closesNext: Bool
    /// The sums of the last 24 hours and the most that they may be.
    package let sums: Breaker.Assessment
    /// The baseline, from 0 to 1: the share of newly refused keys in the 28 days before, or the assumed minimum
    /// (ruling 2).
    package let usualRate: Double
    /// The number of active keys that are suspected.
    package let suspicions: Int
    /// The number of keys that runs disabled in the last 24 hours.
    package let disabledInDay: Int
    /// The largest number of keys that runs may disable in 24 hours.
    package let cap: Int
    /// The time at which the breaker last closed.
    package let closedAt: Date?
    /// Operators' releases that may still cover a suspicion, oldest first.
    package let releases: [BreakerRelease]
}

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
            WHERE status = 'active' AND suspected_since IS NOT NULL AND provider = $1 AND key_type = $2
                \(scope.isOnHost(parameter: 3))
            """, scope.values
        ) { $0.integer(0) } ?? 0
    }
}

extension GuardState {
    /// One line: whether the breaker is open and why, or the sums and the most that they may be. Times are in UTC.
    package var sentence: String {
        let counts = "\(sums.dead) of \(sums.answered) keys newly refused in 24 h, at most \(sums.most)"
        guard let breaker else { return "the breaker is closed (\(counts))" }
        let end = closesNext ? "; by now the next run closes it" : ""
        return "the breaker is open since \(UTCText.minute(breaker.openedAt)): \(breaker.sentence)\(end)"
    }
}
