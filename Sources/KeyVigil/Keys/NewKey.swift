internal import Database
public import Foundation
public import Vocabulary

/// The description of a key to be stored, checked as far as it can be without the store.
public struct NewKey: Sendable {
    /// The id of the tenant that the key belongs to.
    public let tenantID: String
    /// The provider's id.
    public let provider: String
    /// The tenant's name for the key, at most 100 characters; nil stands for the provider's name.
    public let label: String?
    /// The part of the tenant that the key belongs to.
    public let scope: Scope
    /// The endpoint parameters by name (``EndpointParameters``).
    public let params: [String: String]
    /// Whether the key becomes the default of its tenant, scope and provider.
    public let isDefault: Bool
    /// When the key expires, if that is known.
    public let expiresAt: Date?

    /// A key whose texts are safe in a mail and on a terminal.
    ///
    /// - Throws: `InvalidInput` for a tenant id, label or parameter that is not allowed, and for an expiry date
    ///   outside the years 2000 to 2199.
    public init(
        tenantID: String, provider: String, label: String? = nil, scope: Scope = .none,
        params: [String: String] = [:], isDefault: Bool = false, expiresAt: Date? = nil
    ) throws(InvalidInput) {
        guard Identifier.isValid(tenantID) else { throw TenantTable.noTenant }
        if let expiresAt, !ExpiryText.possible.contains(expiresAt) { throw Self.impossibleExpiry }
        self.tenantID = tenantID
        self.provider = provider
        self.label = try label.map { text throws(InvalidInput) in try OneLineText.check(text, "label", upTo: 100) }
        self.scope = scope
        try EndpointParameters.check(params)
        self.params = params
        self.isDefault = isDefault
        self.expiresAt = expiresAt
    }

    private static let impossibleExpiry = InvalidInput("expiry must be between the years 2000 and 2200")

    /// Reads an expiry date: `2026-12-31`, which means the last second of that day, UTC, or a full ISO 8601 time.
    ///
    /// - Throws: `InvalidInput` for another form, and for a time outside the years 2000 to 2199.
    public static func expiry(_ text: String) throws(InvalidInput) -> Date {
        let day = try? Date(text, strategy: .iso8601.year().month().day())
        let end = text.utf8.count == 10 ? day?.addingTimeInterval(86_399) : nil
        guard let time = end ?? (try? Date(text, strategy: .iso8601)) ?? UTCText.date(text) else {
            throw InvalidInput("expiry must be a date such as 2026-12-31 or 2026-12-31T12:00:00Z")
        }
        guard ExpiryText.possible.contains(time) else { throw impossibleExpiry }
        return time
    }
}
