internal import Database

/// Where one key at most is the default: a scope of a tenant, at one provider.
struct DefaultPlace: Hashable {
    let columns: [String]

    init(_ key: StoredKey) { columns = [key.tenantID, key.scope.kind, key.scope.id, key.provider] }
}
