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
        let (known, off) = (Self.list(providers), Self.list(switchedOff))
        let uncheckable = """
            (coalesce(h.last_finding IN ('undecryptable', 'unsupported', 'endpointChanged'), 0)
                OR h.provider NOT IN (\(known)))
            """
        // Each run counts every key: so the credential is looked up only for keys whose own row does not settle it.
        let coverage = try first(
            """
            SELECT count(*), coalesce(sum(h.last_conclusive_at > $1), 0),
                coalesce(sum(CASE WHEN h.last_conclusive_at > $1 OR \(uncheckable) THEN 0
                    ELSE (SELECT k.created_at <= $1 FROM stored_key k WHERE k.id = h.key_id) END), 0),
                coalesce(sum(CASE WHEN h.last_conclusive_at > $1 THEN 0 ELSE \(uncheckable) END), 0)
            FROM key_health h
            WHERE h.status = 'active' AND h.provider NOT IN (\(off))
                AND (NOT EXISTS (SELECT 1 FROM tenant WHERE byok = 0)
                    OR (SELECT t.byok FROM stored_key k JOIN tenant t ON t.id = k.tenant_id WHERE k.id = h.key_id))
            """, [.time(now.addingTimeInterval(-period))]
        ) { row in
            Coverage(
                periodDays: Int(period / Timing.day), enabled: row.integer(0), covered: row.integer(1),
                overdue: row.integer(2), uncheckable: row.integer(3))
        }
        return coverage ?? Coverage(periodDays: 0, enabled: 0, covered: 0, overdue: 0, uncheckable: 0)
    }
    /// Ids as an SQL list; none has a character that would need escaping.
    private static func list(_ ids: [String]) -> String {
        let plain = ids.filter { $0.utf8.allSatisfy { $0 != UInt8(ascii: "'") } }
        return "'" + plain.joined(separator: "', '") + "'"
    }
}
