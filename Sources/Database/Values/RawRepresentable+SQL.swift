extension RawRepresentable where RawValue == String {
    /// The raw value as an SQL text literal, for statements that name a stored state or kind.
    ///
    /// Only for enums: their raw values are the program's own and hold no quotation mark.
    package var sql: String { "'\(rawValue)'" }
}

extension Sequence where Element: RawRepresentable<String> {
    /// The raw values as a list of SQL text literals, for `IN (…)`.
    package var sql: String { map(\.sql).joined(separator: ", ") }
}
