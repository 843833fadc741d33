internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension ScopeFacts {
    /// Conclusive answers of the last hour by keys that were active and unsuspected before: answers of this run
    /// first, otherwise in random order. At most `Evidence.most` (ruling 5).
    static func evidenceAnswers(of scope: GuardScope, runStartedAt: Date, at now: Date, in connection: Connection)
        throws -> [Finding]
    {
        try connection.query(
            """
            SELECT last_finding FROM key_health
            WHERE status = \(KeyStatus.active.sql) AND last_conclusive_at > $1 AND provider = $2 AND key_type = $3
                AND (suspected_since IS NULL OR (suspected_since = last_conclusive_at AND dead_count = 1))
                AND last_finding IN (\(Self.conclusive)) AND ($4 = '' OR host = $4)
            ORDER BY last_conclusive_at < $5, random() LIMIT \(Evidence.maximumAnswers)
            """,
            [
                .time(now - ControlOutcome.evidenceFreshFor), .text(scope.provider), .text(scope.keyType),
                .text(scope.host), .time(runStartedAt),
            ]
        ) { Finding(rawValue: $0.text(0)) ?? .unrecognised }
    }

    private static let conclusive = Finding.allCases.filter { $0.verdict != .unknown }.map { "'\($0.rawValue)'" }
        .joined(separator: ", ")

    /// The number of enabled keys of a scope. The store's counts include keys of tenants without BYOK; those are
    /// counted by a query and subtracted.
    static func enabledKeys(of scope: GuardScope, in connection: Connection) throws -> Int {
        let isInUse =
            "h.status = \(KeyStatus.active.sql) AND h.provider = $1 AND h.key_type IN ($2, '')"
            + scope.isOnHost(parameter: 3, of: "h.")
        let values = scope.values
        let all = try KeyCountTable.counts(in: connection).active { group in
            group.provider == scope.provider && [scope.keyType, ""].contains(group.keyType)
                && (scope.host.isEmpty || [scope.host, ""].contains(group.host))
        }
        guard try EnabledKeys.areSomeTenantsWithoutBYOK(in: connection) else { return all }
        let off = try connection.first(
            """
            SELECT count(*) FROM stored_key k WHERE k.provider = $1 AND k.tenant_id IN (\(EnabledKeys.tenantsWithoutBYOK))
                AND EXISTS (SELECT 1 FROM key_health h WHERE h.key_id = k.id AND \(isInUse))
            """, values
        ) { $0.integer(0) }
        return all - (off ?? 0)
    }
}

extension GuardScope {
    /// Provider and key type for `$1` and `$2`; in a scope of one host also the host, for `$3`.
    var values: [SQLValue] { [.text(provider), .text(keyType)] + (host.isEmpty ? [] : [.text(host)]) }

    /// The condition, with a leading AND, that a row of `key_health` belongs to the scope's host; empty for a scope
    /// over all hosts. A key that was never probed has no host yet and meets it.
    func isOnHost(parameter: Int, of table: String = "") -> String {
        host.isEmpty ? "" : " AND \(table)host IN ($\(parameter), '')"
    }
}
