public import Database
public import Foundation
internal import KeyVigil

/// How much of what is promised is kept: enabled keys with a conclusive verdict within the period.
public struct Coverage: Sendable, Encodable, Equatable {
    /// The promise, in whole days.
    public let periodDays: Int
    /// Keys that are active and whose tenant's BYOK is on.
    public let enabled: Int
    /// Of these, keys with an alive or dead answer within the period.
    public let covered: Int
    /// Of these, keys without one although they have been stored for longer than the period.
    public let overdue: Int
    /// Of the uncovered, keys that no probe can reach from here: undecryptable or unsupported. Not counted as overdue.
    public let uncheckable: Int

    enum CodingKeys: String, CodingKey {
        case periodDays = "period_days"
        case enabled, covered, overdue, uncheckable
    }
}

extension Connection {
    /// Coverage now, from the stored facts; in seconds, the promise's `period`.
    ///
    /// - Parameters:
    ///   - providers: ids that this program can probe; others count as uncheckable.
    ///   - switchedOff: ids that the settings switch off; their keys are not enabled and do not count.
    public func coverage(
        period: TimeInterval, providers: [String], switchedOff: [String] = [], now: Date
    ) throws -> Coverage {
        let enabled = Self.enabled(switchedOff: switchedOff)
        let since = now.addingTimeInterval(-period)
        let covered = try first(
            "SELECT count(*) FROM key_health h WHERE \(enabled) AND h.last_conclusive_at > $1", [.time(since)]
        ) { $0.integer(0) }
        let uncovered = try uncovered(enabled, providers: providers, since: since)
        return Coverage(
            periodDays: Int(period / Timing.day), enabled: (covered ?? 0) + uncovered.all, covered: covered ?? 0,
            overdue: uncovered.overdue, uncheckable: uncovered.uncheckable)
    }

    private func uncovered(
        _ enabled: String, providers: [String], since: Date
    ) throws -> (all: Int, overdue: Int, uncheckable: Int) {
        let uncheckable = """
            (coalesce(h.last_finding IN ('undecryptable', 'unsupported', 'endpointChanged'), 0)
                OR h.provider NOT IN (\(Self.list(providers))))
            """
        let counts = try first(
            """
            SELECT count(*), coalesce(sum(\(uncheckable)), 0), coalesce(sum(NOT \(uncheckable)
                AND (SELECT k.created_at <= $1 FROM stored_key k WHERE k.id = h.key_id)), 0)
            FROM (SELECT * FROM key_health WHERE status = 'active' AND last_conclusive_at <= $1
                UNION ALL SELECT * FROM key_health WHERE status = 'active' AND last_conclusive_at IS NULL) h
            WHERE \(enabled)
            """, [.time(since)]
        ) { row in (row.integer(0), row.integer(2), row.integer(1)) }
        return counts ?? (0, 0, 0)
    }

    /// Whether a key of `key_health h` is enabled.
    ///
    /// Every run counts every key, so the many that are covered are counted in an index alone, and a credential is looked
    /// up only where some tenant may not bring keys.
    static func enabled(switchedOff: [String]) -> String {
        """
        h.status = 'active' AND h.provider NOT IN (\(list(switchedOff)))
            AND (NOT EXISTS (SELECT 1 FROM tenant WHERE byok = 0)
                OR (SELECT t.byok FROM stored_key k JOIN tenant t ON t.id = k.tenant_id WHERE k.id = h.key_id))
        """
    }

    /// Ids as an SQL list; none has a character that would need escaping.
    static func list(_ ids: [String]) -> String {
        let plain = ids.filter { $0.utf8.allSatisfy { $0 != UInt8(ascii: "'") } }
        return "'" + plain.joined(separator: "', '") + "'"
    }
}
