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

    /// A row's hash. `fields` are the values of ``columns``, read back as texts.
    static func hash(_ fields: [String?], after previous: [UInt8]) throws -> [UInt8] {
        try SHA256.hash(LengthPrefixed.bytes(fields, after: previous))
    }

    /// The same of values that are to be written.
    static func hash(_ values: [SQLValue], after previous: [UInt8]) throws -> [UInt8] {
        let most = values.reduce(0) { $0 + LengthPrefixed.size(ofText: $1.longestHashedText) }
        return try LengthPrefixed.withBytes(after: previous, atMost: most) { writer in
            for value in values { writer.append(value.hashedText) }
        } read: {
            try SHA256.hash($0)
        }
    }
}

extension SQLValue {
    fileprivate var hashedText: String? {
        switch self {
        case .null: nil
        case .text(let text): text
        case .integer(let number): number.description
        case .time(let date): UTCText.string(date)
        // No hashed column is of these types.
        case .blob, .flag: nil
        }
    }

    /// Bytes; a number has 20 digits at most.
    fileprivate var longestHashedText: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .integer: 20
        case .time: 24
        case .null, .blob, .flag: 0
        }
    }
}
