public import Foundation

/// A value bound to a placeholder. It has no description of its own on purpose: errors and logs must not show it.
public enum SQLValue: Sendable, Equatable {
    /// SQL NULL.
    case null
    /// A whole number; truth values are 0 and 1.
    case integer(Int64)
    /// UTF-8 text.
    case text(String)
    /// Bytes.
    case blob([UInt8])

    /// A count or an HTTP status.
    public static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    /// 0 or 1.
    public static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
    /// A UTC time, as fixed-width text with milliseconds; see ``UTCText``.
    public static func time(_ value: Date) -> SQLValue { .text(UTCText.string(value)) }

    /// Text or NULL.
    public static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    /// A number or NULL.
    public static func integer(_ value: Int?) -> SQLValue { value.map { .integer(Int64($0)) } ?? .null }
    /// A time or NULL.
    public static func time(_ value: Date?) -> SQLValue { value.map { .text(UTCText.string($0)) } ?? .null }
}
