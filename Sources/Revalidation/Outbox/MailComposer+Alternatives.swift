internal import Database
internal import Foundation
internal import KeyVigil
internal import Vocabulary

extension MailComposer {
    /// The keys that can serve requests instead, as ``Resolver`` would choose them: working keys of the same provider
    /// and scope and, unless the tenant wants such requests to fail, those without a scope. Also the tenant's working
    /// keys of other providers.
    func working(
        beside told: [WaitingNotice], of tenant: Tenant, in connection: Connection
    ) throws -> (alternatives: [String: MailContent.WorkingKeys], unaffected: MailContent.WorkingKeys) {
        let own = try MailComposer.workingKeys(among: told.compactMap(\.key?.id), now: now, in: connection)
        var known: [Place: (keys: [StoredKey], count: Int)] = [:]
        var alternatives: [String: MailContent.WorkingKeys] = [:]
        for key in told.compactMap(\.key) {
            var keys: [StoredKey] = []
            var count = 0
            let goesOn = key.scope != .none && tenant.onDisabled == .fallback
            for scope in goesOn ? [key.scope, .none] : [key.scope] {
                let place = Place(provider: key.provider, scope: scope)
                let found =
                    try known[place] ?? MailComposer.workingKeys(of: tenant.id, at: place, now: now, in: connection)
                known[place] = found
                keys += found.keys.filter { $0.id != key.id }
                count += found.count - (scope == key.scope && own.contains(key.id) ? 1 : 0)
            }
            alternatives[key.id] = MailContent.WorkingKeys(keys.map(line), count: count)
        }
        let providers = Set(told.compactMap(\.key?.provider))
        let others = try MailComposer.workingKeys(of: tenant.id, besides: providers, now: now, in: connection)
        return (alternatives, MailContent.WorkingKeys(others.keys.map(line), count: others.count))
    }

    /// The provider and scope in which a request looks for keys.
    fileprivate struct Place: Hashable {
        let provider: String
        let scope: Scope
    }
}

extension MailComposer {
    /// A tenant's working keys of a provider and scope: the first few, and the number of all. A key works when it is
    /// active, not suspected, not out of credit, not expired, and was last found valid or restricted.
    fileprivate static func workingKeys(
        of tenantID: String, at place: MailComposer.Place, now: Date, in connection: Connection
    ) throws -> (keys: [StoredKey], count: Int) {
        try workingKeys(
            where: "k.tenant_id = $2 AND k.provider = $3 AND k.scope_kind = $4 AND k.scope_id = $5",
            values: [
                .time(now), .text(tenantID), .text(place.provider), .text(place.scope.kind),
                .text(place.scope.id),
            ], in: connection)
    }

    /// A tenant's working keys of all providers except `providers`.
    fileprivate static func workingKeys(
        of tenantID: String, besides providers: Set<String>, now: Date, in connection: Connection
    ) throws -> (keys: [StoredKey], count: Int) {
        try workingKeys(
            where: "k.tenant_id = $2 AND NOT \(connection.dialect.isListed("k.provider", in: "$3"))",
            values: [.time(now), .text(tenantID), .text(providers.sorted().joined(separator: ","))], in: connection)
    }

    private static func workingKeys(
        where condition: String, values: [SQLValue], in connection: Connection
    ) throws -> (keys: [StoredKey], count: Int) {
        let source = Self.source(ofKeysWhere: condition)
        // One more than a mail names, because one of them may be the key that the notice is about.
        let most = MailContent.WorkingKeys.mostNamed + 1
        let keys = try connection.query(
            "SELECT \(StoredKey.columns) \(source) ORDER BY k.provider, k.id LIMIT \(most)", values, StoredKey.init)
        guard keys.count == most else { return (keys, keys.count) }
        return (keys, try connection.first("SELECT count(*) \(source)", values) { $0.integer(0) } ?? keys.count)
    }

    /// The ids, of those given, of keys that work.
    fileprivate static func workingKeys(among ids: [String], now: Date, in connection: Connection) throws -> Set<String>
    {
        let source = Self.source(ofKeysWhere: "k.id IN (\(connection.dialect.ids(in: "$2")))")
        return Set(try connection.query("SELECT k.id \(source)", [.time(now), .texts(ids)]) { $0.text(0) })
    }

    /// The FROM and WHERE clauses for working keys.
    ///
    /// - Parameter condition: a condition on `stored_key k`; `$1` is the present time.
    private static func source(ofKeysWhere condition: String) -> String {
        """
        FROM stored_key k JOIN key_health h ON h.key_id = k.id
        WHERE (k.expires_at IS NULL OR k.expires_at > $1) AND \(condition) AND h.status = \(KeyStatus.active.sql)
            AND h.suspected_since IS NULL AND h.exhausted_since IS NULL
            AND h.last_finding IN (\([Finding.valid, .restricted].sql))
        """
    }
}
