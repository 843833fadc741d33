internal import Database

/// The columns of `stored_key`, in the order in which a query selects them.
enum KeyColumn: Int, TableColumn {
    case id, tenantID, scopeKind, scopeID, provider, label, params, prefix, hint, isDefault, expiresAt, createdAt
    case updatedAt, ciphertext

    var definition: (name: String, type: SQLType) {
        switch self {
        case .id: ("id", .id)
        case .tenantID: ("tenant_id", .text)
        case .scopeKind: ("scope_kind", .text)
        case .scopeID: ("scope_id", .text)
        case .provider: ("provider", .text)
        case .label: ("label", .text)
        case .params: ("params", .text)
        case .prefix: ("prefix", .text)
        case .hint: ("hint", .text)
        case .isDefault: ("is_default", .flag)
        case .expiresAt: ("expires_at", .time)
        case .createdAt: ("created_at", .time)
        case .updatedAt: ("updated_at", .time)
        case .ciphertext: ("ciphertext", .blob)
        }
    }

    /// The columns of a ``StoredKey``: all before ``updatedAt``.
    static let read = allCases.prefix(KeyColumn.updatedAt.rawValue)
}
