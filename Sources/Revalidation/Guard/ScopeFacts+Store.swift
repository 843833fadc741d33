internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension ScopeFacts {
    /// The latest answers of keys that were enabled and unsuspected before they answered, no older than an hour; this
    /// run's first, otherwise at random.
    static func evidenceAnswers(of scope: GuardScope, runStartedAt: Date, at now: Date, in connection: Connection)
        throws -> [Finding]
    {
        try connection.query(
            """
            SELECT last_finding FROM key_health
            WHERE status = 'active' AND last_conclusive_at > $1 AND provider = $2 AND key_type = $3
                AND (suspected_since IS NULL OR (suspected_since = last_conclusive_at AND dead_count = 1))
                AND last_finding IN (\(Self.conclusive)) AND ($4 = '' OR host = $4)
            ORDER BY last_conclusive_at < $5, random() LIMIT \(Evidence.most)
            """,
            [
                .time(now - ControlOutcome.evidenceFreshFor), .text(scope.provider), .text(scope.keyType),
                .text(scope.host), .time(runStartedAt),
            ]
        ) { Finding(rawValue: $0.text(0)) ?? .unrecognised }
    }

    private static let conclusive = Finding.allCases.filter { $0.verdict != .unknown }.map { "'\($0.rawValue)'" }
        .joined(separator: ", ")

    /// Keys of tenants without BYOK, which the store's counts hold too, are counted apart and taken off.
    static func enabledKeys(of scope: GuardScope, in connection: Connection) throws -> Int {
        let isInUse =
            "h.status = 'active' AND h.provider = $1 AND h.key_type IN ($2, '')"
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
    /// Provider and key type as `$1` and `$2`, and where it is one host's the host as the next.
    var values: [SQLValue] { [.text(provider), .text(keyType)] + (host.isEmpty ? [] : [.text(host)]) }

    /// The condition that a row of `key_health` is of the host, which over all hosts no index needs to know. A key that
    /// was not asked yet may be.
    func isOnHost(parameter: Int, of table: String = "") -> String {
        host.isEmpty ? "" : " AND \(table)host IN ($\(parameter), '')"
    }
}
