/// The part of a tenant that a key belongs to; ``none`` is the tenant as a whole.
public struct Scope: Sendable, Hashable, CustomStringConvertible {
    /// What a scope may be; the raw values stand before the colon of `KIND:ID`.
    public enum Kind: String, Sendable, CaseIterable {
        /// One person.
        case user
        /// One project.
        case project
        /// One workspace.
        case workspace
        /// One organisation.
        case organisation
    }

    /// The raw value of a ``Kind``, or "" for ``none``.
    public let kind: String
    /// The platform's id, 1 to 128 printable ASCII characters, or "" for ``none``.
    public let id: String

    /// The tenant as a whole.
    public static let none = Scope(kind: "", id: "")

    /// A scope as the store has it, without a check.
    public init(kind: String, id: String) {
        self.kind = kind
        self.id = id
    }

    /// Reads `KIND:ID`; "" is ``none``.
    ///
    /// - Throws: `InvalidInput` for another form, an unknown kind, and an id with other characters or of another length.
    public init(_ text: String) throws(InvalidInput) {
        guard !text.isEmpty else {
            self = .none
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, Kind(rawValue: parts[0]) != nil, Identifier.isValid(parts[1]) else {
            throw InvalidInput(
                "scope must be KIND:ID with KIND one of user, project, workspace, organisation, as in project:42")
        }
        self.init(kind: parts[0], id: parts[1])
    }

    /// `KIND:ID`, or "" for ``none``.
    public var description: String { kind.isEmpty ? "" : "\(kind):\(id)" }
}
