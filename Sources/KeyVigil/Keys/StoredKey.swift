package import Database
public import Foundation
public import Vocabulary

/// A tenant's stored credential and its health; the ciphertext stays in the store.
public struct StoredKey: Sendable {
    /// Lower-case UUID.
    public let id: String
    /// Whose it is.
    public let tenantID: String
    /// Whom inside the tenant it belongs to.
    public let scope: Scope
    /// Provider id.
    public let provider: String
    /// The tenant's name for it; untrusted text.
    public let label: String
    /// Endpoint parameters as canonical JSON.
    public let params: String
    /// What the audit log may show.
    public let prefix: String
    /// What the tenant sees: prefix or last four, by setting.
    public let hint: String
    /// Whether `resolve` prefers it.
    public let isDefault: Bool
    /// The known end of its life.
    public let expiresAt: Date?
    /// When it was added.
    public let createdAt: Date
    /// What probes know.
    public var health: KeyHealth

    /// What its ciphertext is bound to.
    public var associatedData: [UInt8] {
        AssociatedData.bytes(tenantID: tenantID, scope: scope, keyID: id, provider: provider, params: params)
    }
}

extension StoredKey {
    /// The columns that ``init(row:)`` reads, of `stored_key k JOIN key_health h`.
    public static let columns = """
        k.id, k.tenant_id, k.scope_kind, k.scope_id, k.provider, k.label, k.params, k.prefix, k.hint, k.is_default,
        k.expires_at, k.created_at, \(KeyHealth.columns)
        """

    /// Reads ``columns``.
    package init(row: Row) {
        id = row.text(0)
        tenantID = row.text(1)
        scope = Scope(kind: row.text(2), id: row.text(3))
        provider = row.text(4)
        label = row.text(5)
        params = row.text(6)
        prefix = row.text(7)
        hint = row.text(8)
        isDefault = row.flag(9)
        expiresAt = row.time(10)
        createdAt = row.time(11) ?? .distantPast
        health = KeyHealth(row: row, from: Self.healthColumn)
    }

    static let healthColumn = 12
    /// Columns in all; a query may add its own after them.
    public static let columnCount = 36
}

/// Which keys to list; nil fields match all.
public struct KeyFilter: Sendable {
    /// One tenant's.
    public var tenantID: String?
    /// One provider's.
    public var provider: String?
    /// In one status.
    public var status: KeyStatus?

    /// A filter.
    public init(tenantID: String? = nil, provider: String? = nil, status: KeyStatus? = nil) {
        self.tenantID = tenantID
        self.provider = provider
        self.status = status
    }
}

extension KeyFilter {
    /// Only what is asked for stands in the statement: beside conditions that may be none, a server that does not know
    /// the values takes a way that is long for each page.
    func conditions(from number: Int) -> [(sql: String, value: SQLValue)] {
        let columns = [("k.tenant_id", tenantID), ("k.provider", provider), ("h.status", status?.rawValue)]
        return columns.compactMap { column, value in value.map { (column, $0) } }.enumerated().map { index, condition in
            ("\(condition.0) = $\(number + index)", .text(condition.1))
        }
    }
}
