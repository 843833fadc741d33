internal import Database

/// A tenant, scope and provider, which have at most one default key.
struct DefaultPlace: Hashable {
    let columns: [String]

    init(_ key: StoredKey) { columns = [key.tenantID, key.scope.kind, key.scope.id, key.provider] }
}
