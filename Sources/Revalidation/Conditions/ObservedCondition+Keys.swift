internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension ObservedCondition {
    /// The conditions that hold now and are observed by queries over the keys.
    static func ofKeys(_ activeProviders: ActiveProviders, at now: Date, in connection: Connection) throws
        -> [ObservedCondition]
    {
        let cutoff = now - Timing.uncheckableNoticeAfter + Timing.early(Timing.day)
        let odd = try oddKeys(activeProviders, in: connection).map {
            ObservedCondition(kind: $0.kind, subject: $0.provider, facts: .init(count: $0.count))
        }
        let groups = try uncheckableKeys(activeProviders, since: cutoff, in: connection)
        guard !groups.isEmpty else { return odd }
        let facts = Condition.Details(
            count: groups.reduce(0) { $0 + $1.count }, groups: groups,
            keyIDs: try someUncheckableKeys(activeProviders, since: cutoff, limit: 20, in: connection))
        return [ObservedCondition(kind: .uncheckable, facts: facts)] + odd
    }

    /// The numbers of enabled keys that cannot be checked, by provider, finding and owner.
    ///
    /// - Parameter date: counts keys that have not been checkable since this time or longer; keys of unknown
    ///   providers count always.
    static func uncheckableKeys(_ activeProviders: ActiveProviders, since date: Date, in connection: Connection) throws
        -> [UncheckableKeys]
    {
        try connection.query(
            """
            SELECT provider, finding, count(*) FROM (\(try uncheckable(activeProviders, in: connection))) AS stuck
            GROUP BY provider, finding ORDER BY provider, finding
            """, [.time(date)]
        ) { row in
            let finding = Finding(rawValue: row.text(1)) ?? .unrecognised
            return UncheckableKeys(
                provider: row.text(0), finding: finding,
                owner: activeProviders.owner(of: finding, provider: row.text(0)),
                count: row.integer(2))
        }
    }

    private static func someUncheckableKeys(
        _ activeProviders: ActiveProviders, since date: Date, limit: Int, in connection: Connection
    ) throws -> [String] {
        try connection.query(
            "SELECT key_id FROM (\(try uncheckable(activeProviders, in: connection))) AS stuck ORDER BY provider, finding, key_id LIMIT $2",
            [.time(date), .integer(limit)]
        ) { $0.text(0) }
    }

    /// The numbers of enabled keys of retired types, and of enabled keys whose refusal never disables them, by
    /// provider.
    private static func oddKeys(
        _ activeProviders: ActiveProviders, in connection: Connection
    ) throws -> [(kind: ConditionKind, provider: String, count: Int)] {
        let providers = activeProviders.withRetiredTypes.union(activeProviders.withHarmlessRefusals)
        guard !providers.isEmpty else { return [] }
        let dead = Finding.allCases.filter { $0.verdict == .dead }
        let isRetired = "h.last_finding = \(Finding.keyTypeRetired.sql)"
        return try connection.query(
            """
            SELECT \(isRetired) AS is_retired, h.provider, count(*) FROM key_health h
            WHERE \(EnabledKeys.condition(switchedOff: activeProviders.notProbed)) AND h.provider IN (\(SQLList.texts(providers.sorted())))
                AND h.last_finding IN (\(([.keyTypeRetired] + dead).sql)) AND (\(isRetired)
                    OR (h.suspected_since IS NULL AND h.provider IN (\(SQLList.texts(activeProviders.withHarmlessRefusals.sorted())))))
            GROUP BY is_retired, h.provider ORDER BY is_retired DESC, h.provider
            """
        ) { ($0.flag(0) ? .keyTypeRetired : .neverDead, $0.text(1), $0.integer(2)) }
    }

    /// The query for provider, finding and id of each key that cannot be checked; `$1` is the latest start. Keys of
    /// unknown providers are queried only where the counts show some, because no index finds them.
    private static func uncheckable(_ activeProviders: ActiveProviders, in connection: Connection) throws -> String {
        let enabled = EnabledKeys.condition(switchedOff: activeProviders.notProbed)
        let known = "h.provider IN (\(SQLList.texts(activeProviders.known)))"
        let stuck = """
            SELECT h.provider, h.last_finding AS finding, h.key_id FROM key_health h
            WHERE \(enabled) AND \(known) AND h.uncheckable_since <= $1
            """
        guard
            try KeyCountTable.counts(in: connection).active(where: { !activeProviders.known.contains($0.provider) }) > 0
        else {
            return stuck
        }
        return """
            \(stuck) UNION ALL
            SELECT h.provider, \(Finding.unsupported.sql), h.key_id FROM key_health h WHERE \(enabled) AND NOT \(known)
            """
    }
}
