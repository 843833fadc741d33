public import Foundation

/// What kind of value a placeholder takes; PostgreSQL wants to know it even of a NULL.
public enum SQLType: Sendable, Equatable {
    /// A whole number of up to 64 bits.
    case integer
    /// UTF-8 text.
    case text
    /// Bytes.
    case blob
    /// A UTC time, kept to the millisecond.
    case time
    /// A truth value; SQLite keeps 0 and 1.
    case flag
}

/// A value bound to a placeholder. It has no description of its own on purpose: errors and logs must not show it.
public enum SQLValue: Sendable, Equatable {
    /// SQL NULL.
    case null(SQLType)
    /// A whole number.
    case integer(Int64)
    /// UTF-8 text; PostgreSQL takes no NUL in it.
    case text(String)
    /// Bytes.
    case blob([UInt8])
    /// A UTC time; see ``UTCText``.
    case time(Date)
    /// A truth value.
    case flag(Bool)

    /// A count or an HTTP status.
    public static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    /// Text or NULL.
    public static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null(.text) }
    /// A number or NULL.
    public static func integer(_ value: Int?) -> SQLValue { value.map { .integer(Int64($0)) } ?? .null(.integer) }
    /// A time or NULL.
    public static func time(_ value: Date?) -> SQLValue { value.map { .time($0) } ?? .null(.time) }

    /// Several texts in one, for ``Dialect/texts(in:)``.
    public static func texts(_ values: some Collection<String>) throws -> SQLValue {
        .text(String(decoding: try JSONEncoder().encode(Array(values)), as: UTF8.self))
    }

    /// What kind it is.
    var type: SQLType {
        switch self {
        case .null(let type): type
        case .integer: .integer
        case .text: .text
        case .blob: .blob
        case .time: .time
        case .flag: .flag
        }
    }
}
