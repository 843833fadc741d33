internal import Database
internal import Secrets

/// The encoding under which a row of the audit log is hashed, for the writer and the verifier.
///
/// A row's hash covers the hash of the run's row before it, or that of the run's id for the first row, and then each of
/// ``columns`` as ``LengthPrefixed`` writes it. Numbers are decimal text and times are UTC text with milliseconds. Never
/// change this: no existing audit log would verify any more.
enum AuditEncoding {
    /// The hashed columns, in order.
    static let columns: [(name: String, type: SQLType)] = [
        ("run_id", .id), ("seq", .integer), ("at", .time), ("actor", .text), ("event", .text), ("key_id", .id),
        ("tenant_id", .text), ("provider", .text), ("key_prefix", .text), ("finding", .text), ("http_status", .integer),
        ("provider_code", .text), ("request_id", .text), ("details", .text),
    ]

    /// The hash that a run's chain starts from: that of its id.
    static func start(of runID: String) throws -> [UInt8] { try SHA256.hash(Array(runID.utf8)) }

    /// The hash of a row that was read; `fields` are the values of ``columns`` as texts.
    static func hash(_ fields: [String?], after previous: [UInt8]) throws -> [UInt8] {
        try SHA256.hash(LengthPrefixed.bytes(fields, after: previous))
    }

    /// The hash of a row that is to be written; `values` are those of ``columns``.
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
        case .text(let text), .uuid(let text): text
        case .integer(let number): number.description
        case .time(let date): UTCText.string(date)
        // No hashed column is of these types.
        case .blob, .flag: nil
        }
    }

    /// The most bytes that ``hashedText`` has; a number has at most 20 characters.
    fileprivate var longestHashedText: Int {
        switch self {
        case .text(let text), .uuid(let text): text.utf8.count
        case .integer: 20
        case .time: 24
        case .null, .blob, .flag: 0
        }
    }
}
