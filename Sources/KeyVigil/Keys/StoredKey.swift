package import Database
public import Foundation
public import Vocabulary

/// A tenant's stored credential and its health; the ciphertext stays in the store.
public struct StoredKey: Sendable {
    /// Lower-case UUID.
    public let id: String
    /// The id of the tenant that the key belongs to.
    public let tenantID: String
    /// The part of the tenant that the key belongs to.
    public let scope: Scope
    /// The provider's id.
    public let provider: String
    /// The tenant's name for the key; untrusted text.
    public let label: String
    /// Endpoint parameters as canonical JSON.
    public let params: String
    /// The start of the key, which the audit log shows; empty for a short key (ruling 24).
    public let prefix: String
    /// The part of the key that the tenant sees: its start or its last four characters, by setting (ruling 24).
    public let hint: String
    /// Whether it is the default of its tenant, scope and provider, which ``Resolver`` prefers.
    public let isDefault: Bool
    /// When the key expires, if that is known.
    public let expiresAt: Date?
    /// When the key was added.
    public let createdAt: Date
    /// What probes have shown about the key.
    public var health: KeyHealth

    /// The associated data of the ciphertext of its present version (``AssociatedData``).
    public var associatedData: [UInt8] {
        AssociatedData.bytes(
            tenantID: tenantID, scope: scope, keyID: id, version: health.version, provider: provider, params: params)
    }
}

extension StoredKey {
    /// The columns that ``init(row:)`` reads, of `stored_key k JOIN key_health h`.
    package static let columns = "\(KeyColumn.read.list(of: "k")), \(KeyHealth.columns)"
    /// How many ``columns`` there are; a query may add its own after them.
    package static let columnCount = healthColumn + HealthColumn.allCases.count
    private static let healthColumn = KeyColumn.read.count

    /// Reads ``columns``.
    ///
    /// - Throws: `DatabaseError` for a row whose columns contradict each other.
    package init(row: Row) throws(DatabaseError) {
        let key = ColumnReader<KeyColumn>(row: row, start: 0)
        id = key.text(.id)
        tenantID = key.text(.tenantID)
        scope = Scope(kind: key.text(.scopeKind), id: key.text(.scopeID))
        provider = key.text(.provider)
        label = key.text(.label)
        params = key.text(.params)
        prefix = key.text(.prefix)
        hint = key.text(.hint)
        isDefault = key.flag(.isDefault)
        expiresAt = key.time(.expiresAt)
        createdAt = key.time(.createdAt) ?? .distantPast
        health = try KeyHealth(row: row, from: Self.healthColumn, keyID: id)
    }
}

/// Selects keys; a nil property matches every key.
public struct KeyFilter: Sendable {
    /// The id of the tenant that the keys belong to.
    public var tenantID: String?
    /// The id of the keys' provider.
    public var provider: String?
    /// The keys' status.
    public var status: KeyStatus?

    /// A filter by what is not nil.
    public init(tenantID: String? = nil, provider: String? = nil, status: KeyStatus? = nil) {
        self.tenantID = tenantID
        self.provider = provider
        self.status = status
    }
}

extension KeyFilter {
    /// The conditions of the properties that are not nil; `number` is that of the first placeholder. With conditions
    /// that may be empty, PostgreSQL, which plans without knowing the values, would choose a slow plan for each page.
    func conditions(from number: Int) -> [(sql: String, value: SQLValue)] {
        let columns = [("k.tenant_id", tenantID), ("k.provider", provider), ("h.status", status?.rawValue)]
        return columns.compactMap { column, value in value.map { (column, $0) } }.enumerated().map { index, condition in
            ("\(condition.0) = $\(number + index)", .text(condition.1))
        }
    }
}
