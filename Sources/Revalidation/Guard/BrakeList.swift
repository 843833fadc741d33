package import Database
package import Foundation
package import Judgement
internal import KeyVigil

/// How the guard of one scope stands now, for operators.
package struct GuardState: Sendable {
    /// Whose guard.
    package let scope: GuardScope
    /// The brake, where it is on.
    package let brake: BrakeEpisode?
    /// Whether the sums would let it go if a run looked now.
    package let letsGoNext: Bool
    /// What the sums of the last 24 hours say.
    package let sums: Brake.Assessment
    /// The share of newly refused keys that is usual: that of the four weeks before, or the least that is assumed.
    package let usualRate: Double
    /// Keys in use that are suspected.
    package let suspicions: Int
    /// Keys that the job disabled in the last 24 hours.
    package let disabledInDay: Int
    /// Most that it may disable in 24 hours.
    package let cap: Int
    /// When the brake last let go.
    package let letGoAt: Date?
    /// Operators' releases that may still cover a suspicion, oldest first.
    package let releases: [BrakeRelease]
}

extension GuardState {
    /// Every scope with sums in the last 28 days or with a brake that is on, by provider, key type and host.
    package static func all(_ settings: Brake.Settings, now: Date, in connection: Connection) throws -> [GuardState] {
        try connection.query(
            """
            SELECT provider, key_type, host FROM provider_hour WHERE hour > $1
            UNION SELECT provider, key_type, host FROM provider_brake WHERE off_at IS NULL
            ORDER BY provider, key_type, host
            """, [.integer(HourCount.hour(of: now) - HourCount.baseline)]
        ) { GuardScope(provider: $0.text(0), keyType: $0.text(1), host: $0.text(2)) }
        .map { try current(of: $0, settings, now: now, in: connection) }
    }

    /// One scope, whether or not anything is counted for it.
    static func current(of scope: GuardScope, _ settings: Brake.Settings, now: Date, in connection: Connection) throws
        -> GuardState
    {
        let hours = try HourTable.counts(of: scope, at: now, in: connection)
        let canary = try ControlTable.isCanaryAlive(of: scope, at: now, in: connection)
        let brake = try BrakeTable.open(of: scope, in: connection).first
        let standing = try BrakeTable.history(of: scope, at: now, in: connection)
        return GuardState(
            scope: scope, brake: brake,
            letsGoNext: brake?.letGo(hours, now: now, canaryIsAlive: canary, settings) != nil,
            sums: Brake.assess(hours, at: now, canaryIsAlive: canary, settings),
            usualRate: Brake.usualRate(hours, at: now), suspicions: try suspicionCount(of: scope, in: connection),
            disabledInDay: try DisablingTable.count(of: scope, since: now - Timing.day, in: connection),
            cap: Brake.cap(enabledKeys: try ScopeFacts.enabledKeys(of: scope, in: connection), settings),
            letGoAt: standing.letGoAt,
            releases: standing.releases.filter { $0.isAbout(scope) })
    }

    private static func suspicionCount(of scope: GuardScope, in connection: Connection) throws -> Int {
        try connection.first(
            """
            SELECT count(*) FROM key_health
            WHERE status = 'active' AND suspected_since IS NOT NULL AND provider = $1 AND key_type = $2
                \(scope.isOnHost(3))
            """, scope.values
        ) { $0.integer(0) } ?? 0
    }
}

extension GuardState {
    /// Whether the brake is on and why, or what would turn it on; one line.
    package var sentence: String {
        let counts = "\(sums.dead) of \(sums.answered) keys newly refused in 24 h, at most \(sums.most)"
        guard let brake else { return "the brake is off (\(counts))" }
        let end = letsGoNext ? "; by now the next run lets it go" : ""
        return "the brake is on since \(UTCText.minute(brake.onAt)): \(brake.sentence)\(end)"
    }
}
