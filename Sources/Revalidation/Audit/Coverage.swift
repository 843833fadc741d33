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
        let notMeant = switchedOff + unpaid
        let counts = try keyCounts()
        let off = try withoutBYOK(providers, notMeant)
        let enabled = counts.active { !notMeant.contains($0.provider) } - off.all
        let unknown = counts.active { !notMeant.contains($0.provider) && !providers.contains($0.provider) }
        let uncovered = try uncovered(providers, notMeant, since: since)
        return Coverage(
            periodDays: Int(period / Timing.day), enabled: enabled, covered: enabled - uncovered.all,
            overdue: uncovered.overdue, uncheckable: uncovered.uncheckable, unknown: unknown - off.unknown)
    }

    /// Active keys of tenants without BYOK, which the store's counts hold too.
    private func withoutBYOK(_ providers: [String], _ switchedOff: [String]) throws -> (all: Int, unknown: Int) {
        guard try hasTenantsWithoutBYOK() else { return (0, 0) }
        return try first(
            """
            SELECT count(*), count(*) FILTER (WHERE k.provider NOT IN (\(Self.list(providers))))
            FROM stored_key k WHERE k.tenant_id IN (\(Self.tenantsWithoutBYOK))
                AND k.provider NOT IN (\(Self.list(switchedOff)))
                AND EXISTS (SELECT 1 FROM key_health h WHERE h.key_id = k.id AND h.status = 'active')
            """
        ) { ($0.integer(0), $0.integer(1)) } ?? (0, 0)
    }

    private func uncovered(
        _ providers: [String], _ switchedOff: [String], since: Date
    ) throws -> (all: Int, overdue: Int, uncheckable: Int) {
        let enabled = """
            SELECT h.provider, h.last_finding, k.created_at FROM key_health h JOIN stored_key k ON k.id = h.key_id
            WHERE h.status = 'active' AND h.provider NOT IN (\(Self.list(switchedOff)))
                AND k.tenant_id NOT IN (\(Self.tenantsWithoutBYOK))
            """
        let isUncheckable = """
            (provider NOT IN (\(Self.list(providers)))
                OR coalesce(last_finding IN ('undecryptable', 'unsupported', 'endpointChanged'), FALSE))
            """
        return try first(
            """
            SELECT count(*), count(*) FILTER (WHERE created_at <= $1 AND NOT \(isUncheckable)),
                count(*) FILTER (WHERE \(isUncheckable))
            FROM (\(enabled) AND h.last_conclusive_at <= $1
                UNION ALL \(enabled) AND h.last_conclusive_at IS NULL) AS uncovered
            """, [.time(since)]
        ) { ($0.integer(0), $0.integer(1), $0.integer(2)) } ?? (0, 0, 0)
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

    /// Where there is none, a server need not look for their keys in what may be a bad order.
    func hasTenantsWithoutBYOK() throws -> Bool {
        try first("\(Self.tenantsWithoutBYOK) LIMIT 1") { _ in true } ?? false
    }

    /// Ids as an SQL list; none has a character that would need escaping.
    static func list(_ ids: [String]) -> String {
        let plain = ids.filter { $0.utf8.allSatisfy { $0 != UInt8(ascii: "'") } }
        return "'" + plain.joined(separator: "', '") + "'"
    }
}
