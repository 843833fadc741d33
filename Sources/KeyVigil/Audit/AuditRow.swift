internal import Database
internal import Foundation

/// One row of the audit log as the verifier reads it: the hashed columns as text, and its hash.
struct AuditRow: Sendable, Equatable {
    /// The values of ``AuditEncoding/columns``.
    var fields: [String?]
    var sequence: Int
    var hash: [UInt8]
    /// False where a column holds a type of value that the writer never stores there, such as text for a number.
    var isWellFormed = true

    var runID: String { fields[0] ?? "" }
    var actor: String? { fields[3] }
    var event: String? { fields[4] }

    /// Whether ``hash`` is the hash of these values after the hash of the row before.
    func continues(_ previous: [UInt8]) throws -> Bool {
        try isWellFormed && AuditEncoding.hash(fields, after: previous) == hash
    }
}

extension AuditRow {
    /// The columns that ``init(row:)`` reads, of `audit_entry a`.
    static let columns = types.map { "a.\($0.name)" }.joined(separator: ", ")
    static let columnCount = types.count

    private static let types = AuditEncoding.columns + [("hash", .blob)]

    init(row: Row) {
        isWellFormed = Self.types.enumerated().allSatisfy { row.holds($1.type, in: $0) }
        fields = AuditEncoding.columns.enumerated().map { column, field in
            switch field.type {
            case .time: row.time(column).flatMap(Self.text)
            case .integer: row.optionalInteger(column).map { String($0) }
            default: row.optionalText(column)
            }
        }
        sequence = row.integer(1)
        hash = row.blob(AuditEncoding.columns.count)
    }

    /// Nil for a time that is not whole milliseconds: the writer rounds to them, but an engine may store more.
    static func text(_ date: Date) -> String? {
        let milliseconds = date.timeIntervalSince1970 * 1000
        return abs(milliseconds - milliseconds.rounded()) < 0.0005 ? UTCText.string(date) : nil
    }
}
