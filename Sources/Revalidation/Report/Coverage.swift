package import Database
package import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// How far the promised period is kept: how many enabled keys had a conclusive verdict within it.
package struct Coverage: Sendable, Encodable, Equatable {
    /// The promised period, in whole days.
    package let periodDays: Int
    /// Active keys of tenants whose BYOK is on, at providers that the settings allow.
    package let enabled: Int
    /// Of these, keys with an alive or dead answer within the period.
    package let covered: Int
    /// Of these, keys without one although they have been stored for longer than the period.
    package let overdue: Int
    /// Of the uncovered, keys that no probe can check: undecryptable, unsupported, `endpointChanged`, or of an unknown
    /// provider. Not counted as overdue.
    package let uncheckable: Int
    /// Of the enabled, keys of providers that this program does not know; it does not probe them.
    let unknown: Int

    enum CodingKeys: String, CodingKey {
        case periodDays = "period_days"
        case enabled, covered, overdue, uncheckable
    }
}

extension Coverage {
    /// Measures coverage at `now` from the store.
    ///
    /// - Parameters:
    ///   - period: the promised period, in seconds.
    ///   - providers: ids that this program can probe; keys of others count as uncheckable.
    ///   - switchedOff: ids that the settings disable; their keys do not count as enabled.
    ///   - unpaid: ids whose probes cost money that the settings do not allow; their keys do not count either.
    /// - Throws: `DatabaseError`.
    package static func measured(
        period: TimeInterval, providers: [String], switchedOff: [String] = [], unpaid: [String] = [], now: Date,
        in connection: Connection
    ) throws -> Coverage {
        let since = now.addingTimeInterval(-period)
        let notMeant = switchedOff + unpaid
        let counts = try KeyCountTable.counts(in: connection)
        let off = try withoutBYOK(known: providers, switchedOff: notMeant, in: connection)
        let enabled = counts.active { !notMeant.contains($0.provider) } - off.all
        let unknown = counts.active { !notMeant.contains($0.provider) && !providers.contains($0.provider) }
        let uncovered = try uncovered(known: providers, switchedOff: notMeant, since: since, in: connection)
        return Coverage(
            periodDays: Int(period / Timing.day), enabled: enabled, covered: enabled - uncovered.all,
            overdue: uncovered.overdue, uncheckable: uncovered.uncheckable, unknown: unknown - off.unknown)
    }

    /// Active keys of tenants without BYOK, which the store's counts include.
    private static func withoutBYOK(known providers: [String], switchedOff: [String], in connection: Connection) throws
        -> (all: Int, unknown: Int)
    {
        guard try EnabledKeys.areSomeTenantsWithoutBYOK(in: connection) else { return (0, 0) }
        return try connection.first(
            """
            SELECT count(*), count(*) FILTER (WHERE k.provider NOT IN (\(SQLList.texts(providers))))
            FROM stored_key k WHERE k.tenant_id IN (\(EnabledKeys.tenantsWithoutBYOK))
                AND k.provider NOT IN (\(SQLList.texts(switchedOff)))
                AND EXISTS (
                    SELECT 1 FROM key_health h WHERE h.key_id = k.id AND h.status = \(KeyStatus.active.sql))
            """
        ) { ($0.integer(0), $0.integer(1)) } ?? (0, 0)
    }

    private static func uncovered(
        known providers: [String], switchedOff: [String], since: Date, in connection: Connection
    ) throws -> (all: Int, overdue: Int, uncheckable: Int) {
        let enabled = """
            SELECT h.provider, h.last_finding, k.created_at FROM key_health h JOIN stored_key k ON k.id = h.key_id
            WHERE h.status = \(KeyStatus.active.sql) AND h.provider NOT IN (\(SQLList.texts(switchedOff)))
                AND k.tenant_id NOT IN (\(EnabledKeys.tenantsWithoutBYOK))
            """
        let isUncheckable = """
            (provider NOT IN (\(SQLList.texts(providers)))
                OR coalesce(last_finding IN (\([Finding.undecryptable, .unsupported, .endpointChanged].sql)), FALSE))
            """
        return try connection.first(
            """
            SELECT count(*), count(*) FILTER (WHERE created_at <= $1 AND NOT \(isUncheckable)),
                count(*) FILTER (WHERE \(isUncheckable))
            FROM (\(enabled) AND h.last_conclusive_at <= $1
                UNION ALL \(enabled) AND h.last_conclusive_at IS NULL) AS uncovered
            """, [.time(since)]
        ) { ($0.integer(0), $0.integer(1), $0.integer(2)) } ?? (0, 0, 0)
    }
}
