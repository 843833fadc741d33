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
    /// Of the enabled, keys of providers that this program does not know; it leaves them alone.
    let unknown: Int

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
    ///   - unpaid: ids whose paid probes they do not allow; the same.
    public func coverage(
        period: TimeInterval, providers: [String], switchedOff: [String] = [], unpaid: [String] = [], now: Date
    ) throws -> Coverage {
        let since = now.addingTimeInterval(-period)
        let live = providers.filter { !unpaid.contains($0) }
        // A longer list costs each key a look into it, and hardly any store holds keys of these.
        var covered = try covered(live, switchedOff, since: since)
        if covered.unknown > 0, !unpaid.isEmpty {
            covered = try self.covered(providers, switchedOff + unpaid, since: since)
        }
        let uncovered = try uncovered(providers, switchedOff + unpaid, since: since)
        return Coverage(
            periodDays: Int(period / Timing.day), enabled: covered.all + uncovered.all, covered: covered.all,
            overdue: uncovered.overdue, uncheckable: uncovered.uncheckable,
            unknown: covered.unknown + uncovered.unknown)
    }

    /// Every run counts every key, so the many that are covered are counted in an index alone, and those of tenants
    /// without BYOK, which it does not know, are counted apart and taken off.
    private func covered(
        _ providers: [String], _ switchedOff: [String], since: Date
    ) throws -> (all: Int, unknown: Int) {
        let isCovered = """
            h.status = 'active' AND h.provider NOT IN (\(Self.list(switchedOff))) AND h.last_conclusive_at > $1
            """
        let counts = "SELECT count(*), count(*) FILTER (WHERE provider NOT IN (\(Self.list(providers))))"
        let all = try first("\(counts) FROM key_health h WHERE \(isCovered)", [.time(since)]) { row in
            (row.integer(0), row.integer(1))
        }
        let off = try first(
            """
            \(counts) FROM stored_key k WHERE k.tenant_id IN (\(Self.tenantsWithoutBYOK))
                AND EXISTS (SELECT 1 FROM key_health h WHERE h.key_id = k.id AND \(isCovered))
            """, [.time(since)]
        ) { row in (row.integer(0), row.integer(1)) }
        return ((all?.0 ?? 0) - (off?.0 ?? 0), (all?.1 ?? 0) - (off?.1 ?? 0))
    }

    private func uncovered(
        _ providers: [String], _ switchedOff: [String], since: Date
    ) throws -> (all: Int, overdue: Int, uncheckable: Int, unknown: Int) {
        let enabled = """
            SELECT h.provider, h.last_finding, k.created_at FROM key_health h JOIN stored_key k ON k.id = h.key_id
            WHERE h.status = 'active' AND h.provider NOT IN (\(Self.list(switchedOff)))
                AND k.tenant_id NOT IN (\(Self.tenantsWithoutBYOK))
            """
        let isUnknown = "provider NOT IN (\(Self.list(providers)))"
        let isUncheckable = """
            (\(isUnknown) OR coalesce(last_finding IN ('undecryptable', 'unsupported', 'endpointChanged'), FALSE))
            """
        return try first(
            """
            SELECT count(*), count(*) FILTER (WHERE created_at <= $1 AND NOT \(isUncheckable)),
                count(*) FILTER (WHERE \(isUncheckable)), count(*) FILTER (WHERE \(isUnknown))
            FROM (\(enabled) AND h.last_conclusive_at <= $1
                UNION ALL \(enabled) AND h.last_conclusive_at IS NULL) AS uncovered
            """, [.time(since)]
        ) { ($0.integer(0), $0.integer(1), $0.integer(2), $0.integer(3)) } ?? (0, 0, 0, 0)
    }

    /// Whether a key of `key_health h` is enabled; for queries that meet few keys, since it looks each one up where some
    /// tenant may not bring keys.
    static func enabled(switchedOff: [String]) -> String {
        """
        h.status = 'active' AND h.provider NOT IN (\(list(switchedOff)))
            AND (NOT EXISTS (\(tenantsWithoutBYOK))
                OR (SELECT k.tenant_id FROM stored_key k WHERE k.id = h.key_id) NOT IN (\(tenantsWithoutBYOK)))
        """
    }

    /// Tenants that may not bring keys, usually few; an index holds them alone.
    static let tenantsWithoutBYOK = "SELECT id FROM tenant WHERE NOT byok"

    /// Ids as an SQL list; none has a character that would need escaping.
    static func list(_ ids: [String]) -> String {
        let plain = ids.filter { $0.utf8.allSatisfy { $0 != UInt8(ascii: "'") } }
        return "'" + plain.joined(separator: "', '") + "'"
    }
}
