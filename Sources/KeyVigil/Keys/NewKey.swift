internal import Database
public import Foundation
public import Vocabulary

/// A key to be stored, checked as far as it can be without the store.
public struct NewKey: Sendable {
    /// Whose.
    public let tenantID: String
    /// Provider id.
    public let provider: String
    /// The tenant's name for it; the provider's name where none was given.
    public let label: String?
    /// Whom inside the tenant it belongs to.
    public let scope: Scope
    /// Endpoint parameters.
    public let params: [String: String]
    /// Whether it becomes the default.
    public let isDefault: Bool
    /// The known end of its life.
    public let expiresAt: Date?

    /// Refuses texts that could break a mail or a terminal line.
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

    /// Reads `2026-12-31` (the day's end, UTC) or a full ISO 8601 time, of the years in which keys end.
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
