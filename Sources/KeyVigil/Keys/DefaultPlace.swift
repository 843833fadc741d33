internal import Database

/// Where one key at most is the default: a scope of a tenant, at one provider.
struct DefaultPlace: Hashable {
    fileprivate let columns: [String]

    init(_ key: StoredKey) { columns = [key.tenantID, key.scope.kind, key.scope.id, key.provider] }
}

extension Connection {
    /// No key is the default there any more.
    func unsetDefaults(of places: some Sequence<DefaultPlace>) throws {
        // In one order for all writers, or two would wait for each other's rows.
        let rows = places.map(\.columns).sorted { $0.lexicographicallyPrecedes($1) }
        try execute(Self.unsetDefault, rows: rows.map { $0.map { .text($0) } })
    }

    private static let unsetDefault = BatchStatement.update(
        "stored_key", set: "is_default = FALSE",
        where: "tenant_id = $1 AND scope_kind = $2 AND scope_id = $3 AND provider = $4 AND is_default",
        types: [.text, .text, .text, .text])
}
