internal import Database
internal import Secrets

/// What is hashed of a row of the audit log: the same for who writes it and for who verifies it.
///
/// A hash covers the hash before it ‖ each of ``columns`` as ``LengthPrefixed`` writes it. Numbers are decimal text and
/// times are UTC text with milliseconds. No store that was ever written would verify after a change of this.
enum AuditEncoding {
    /// The hashed columns, in order.
    static let columns: [(name: String, type: SQLType)] = [
        ("run_id", .text), ("seq", .integer), ("run_month", .text), ("at", .time), ("actor", .text), ("event", .text),
        ("key_id", .text), ("tenant_id", .text), ("provider", .text), ("key_prefix", .text), ("finding", .text),
        ("http_status", .integer), ("provider_code", .text), ("request_id", .text), ("details", .text),
    ]

    /// The hash that a run's first row follows.
    static func start(of runID: String) throws -> [UInt8] { try SHA256.hash(Array(runID.utf8)) }

    /// A row's hash. `fields` are the values of ``columns``.
    static func hash(_ fields: [String?], after previous: [UInt8]) throws -> [UInt8] {
        try SHA256.hash(LengthPrefixed.bytes(fields, after: previous))
    }
}
