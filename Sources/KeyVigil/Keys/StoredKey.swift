public import Database
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
    public init(row: Row) {
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
    fileprivate func conditions(from number: Int) -> [(sql: String, value: SQLValue)] {
        let columns = [("k.tenant_id", tenantID), ("k.provider", provider), ("h.status", status?.rawValue)]
        return columns.compactMap { column, value in value.map { (column, $0) } }.enumerated().map { index, condition in
            ("\(condition.0) = $\(number + index)", .text(condition.1))
        }
    }
}

extension Connection {
    /// The key with this id, or nil.
    public func storedKey(_ id: String) throws -> StoredKey? {
        let slot = try KeySlot(keyID: id)
        return try first(
            """
            SELECT \(StoredKey.columns) FROM key_health h JOIN stored_key k ON k.id = h.key_id
            WHERE h.slice = $1 AND h.key_id = $2
            """, [.integer(slot.slice), .text(id)], StoredKey.init)
    }

    /// Keys in order of id; `page` at most, after the key `after`.
    public func storedKeys(_ filter: KeyFilter, after: String = "", page: Int = 1000) throws -> [StoredKey] {
        let which = filter.conditions(from: 2)
        return try query(
            """
            SELECT \(StoredKey.columns) FROM stored_key k JOIN key_health h ON h.key_id = k.id
            WHERE k.id > $1 \(which.map { "AND \($0.sql)" }.joined(separator: " ")) ORDER BY k.id LIMIT \(page)
            """, [.text(after)] + which.map(\.value), StoredKey.init)
    }

    /// How many keys a filter lets through.
    public func storedKeyCount(_ filter: KeyFilter) throws -> Int {
        let which = filter.conditions(from: 1)
        return try first(
            """
            SELECT count(*) FROM stored_key k JOIN key_health h ON h.key_id = k.id
            WHERE \((["TRUE"] + which.map(\.sql)).joined(separator: " AND "))
            """, which.map(\.value)
        ) { $0.integer(0) } ?? 0
    }

    /// The sealed bytes of a key, or nil where it is gone.
    public func ciphertext(keyID: String) throws -> [UInt8]? {
        try first("SELECT ciphertext FROM stored_key WHERE id = $1", [.text(keyID)]) { $0.blob(0) }
    }
}
