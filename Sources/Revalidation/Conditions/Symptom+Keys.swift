internal import Database
internal import Foundation
internal import KeyVigil

extension Connection {
    /// What is so now and stands in the keys themselves; visits every enabled key.
    func keySymptoms(_ roster: ProviderRoster, at now: Date) throws -> [Symptom] {
        let cutoff = now - Timing.uncheckableTold + Timing.early(Timing.day)
        let groups = try uncheckableKeys(roster, since: cutoff)
        let uncheckable = Symptom(
            kind: .uncheckable,
            facts: .init(
                count: groups.reduce(0) { $0 + $1.count }, groups: groups,
                keyIDs: try someUncheckableKeys(roster, since: cutoff, limit: 20)))
        let refused = try oddKeys(roster)
        return (groups.isEmpty ? [] : [uncheckable])
            + refused.map { Symptom(kind: $0.kind, subject: $0.provider, facts: .init(count: $0.count)) }
    }

    /// Enabled keys that no probe can say anything about, by provider, finding and who has to act.
    ///
    /// - Parameter date: only those of which this has been so since then; keys of unknown providers always.
    func uncheckableKeys(_ roster: ProviderRoster, since date: Date) throws -> [UncheckableKeys] {
        try query(
            """
            SELECT h.provider, \(Self.finding(roster)) AS finding, count(*) FROM key_health h
            WHERE \(Self.uncheckable(roster)) GROUP BY h.provider, finding ORDER BY h.provider, finding
            """, [.time(date)]
        ) { row in
            let finding = Finding(rawValue: row.text(1)) ?? .unrecognised
            return UncheckableKeys(
                provider: row.text(0), finding: finding, owner: roster.owner(of: finding, provider: row.text(0)),
                count: row.integer(2))
        }
    }

    private func someUncheckableKeys(_ roster: ProviderRoster, since date: Date, limit: Int) throws -> [String] {
        try query(
            """
            SELECT h.key_id FROM key_health h WHERE \(Self.uncheckable(roster))
            ORDER BY h.provider, \(Self.finding(roster)), h.key_id LIMIT $2
            """, [.time(date), .integer(limit)]
        ) { $0.text(0) }
    }

    /// Enabled keys of retired types, and refused ones that nothing stands against, by provider.
    private func oddKeys(
        _ roster: ProviderRoster
    ) throws -> [(kind: Condition.Kind, provider: String, count: Int)] {
        let dead = Finding.allCases.filter { $0.verdict == .dead }.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return try query(
            """
            SELECT h.last_finding = 'keyTypeRetired' AS is_retired, h.provider, count(*) FROM key_health h
            WHERE \(Self.enabled(switchedOff: roster.switchedOff)) AND (h.last_finding = 'keyTypeRetired'
                OR (h.last_finding IN (\(dead)) AND h.suspected_since IS NULL))
            GROUP BY is_retired, h.provider ORDER BY is_retired DESC, h.provider
            """
        ) { ($0.flag(0) ? .keyTypeRetired : .neverDead, $0.text(1), $0.integer(2)) }
    }

    /// `$1` is since when.
    private static func uncheckable(_ roster: ProviderRoster) -> String {
        let unknown = "h.provider NOT IN (\(list(roster.known)))"
        return "\(enabled(switchedOff: roster.switchedOff)) AND (h.uncheckable_since <= $1 OR \(unknown))"
    }

    private static func finding(_ roster: ProviderRoster) -> String {
        "CASE WHEN h.provider NOT IN (\(list(roster.known))) THEN 'unsupported' ELSE h.last_finding END"
    }
}
