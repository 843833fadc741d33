package import Foundation

/// The type of a bound value; PostgreSQL needs it for NULL as well.
package enum SQLType: Sendable, Equatable {
    /// A whole number of up to 64 bits.
    case integer
    /// UTF-8 text.
    case text
    /// Bytes.
    case blob
    /// A UTC time, stored to the millisecond.
    case time
    /// A truth value; SQLite stores 0 or 1.
    case flag
    /// A UUID: 16 bytes on PostgreSQL, lower-case text in SQLite, which has no such type.
    case id
}

/// A value bound to a placeholder. It has no `description` on purpose: errors and logs must not show it.
package enum SQLValue: Sendable, Equatable {
    /// SQL NULL.
    case null(SQLType)
    /// A whole number.
    case integer(Int64)
    /// UTF-8 text; PostgreSQL refuses text that contains NUL.
    case text(String)
    /// Bytes.
    case blob([UInt8])
    /// A UTC time, stored to the millisecond; in SQLite as ``UTCText``.
    case time(Date)
    /// A truth value.
    case flag(Bool)
    /// A UUID as lower-case text; ``id(_:)`` makes it.
    case uuid(String)

    /// A whole number.
    package static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    /// Text, or NULL for nil.
    package static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null(.text) }
    /// A whole number, or NULL for nil.
    package static func integer(_ value: Int?) -> SQLValue { value.map { .integer(Int64($0)) } ?? .null(.integer) }
    /// A UTC time, or NULL for nil.
    package static func time(_ value: Date?) -> SQLValue { value.map { .time($0) } ?? .null(.time) }

    /// A UUID, or NULL for nil and for any other text: no row has such an id.
    package static func id(_ text: String?) -> SQLValue {
        guard let text, UUIDText.isValid(text) else { return .null(.id) }
        return .uuid(text)
    }

    /// A UUID for a condition `id > $1` that continues a page after the row with this id; empty text is before all ids.
    package static func id(after text: String) -> SQLValue {
        precondition(text.isEmpty || UUIDText.isValid(text), "a page continues after an id that was read")
        return .uuid(text.isEmpty ? UUIDText.lowest : text)
    }

    /// Several texts as one JSON list, for ``Dialect/texts(in:)``. Throws `EncodingError` where JSON cannot hold them.
    package static func texts(_ values: some Collection<String>) throws -> SQLValue {
        .text(String(decoding: try JSONEncoder().encode(Array(values)), as: UTF8.self))
    }

    var type: SQLType {
        switch self {
        case .null(let type): type
        case .integer: .integer
        case .text: .text
        case .blob: .blob
        case .time: .time
        case .flag: .flag
        case .uuid: .id
        }
    }
}
