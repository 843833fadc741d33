/// A path in a JSON body: names joined by dots, `[]` for every element of a list: `error.details[].reason`. `[]` alone is
/// a body that is a list, and `[].id` a name in each of its elements.
struct JSONPath: Sendable, Hashable, CustomStringConvertible {
    enum Step: Sendable, Hashable {
        case name(String)
        case element
    }

    let steps: [Step]
    let description: String

    /// Nil for an empty path or an empty name in it.
    init?(_ text: String) {
        var steps: [Step] = []
        if text == "[]" || text.hasPrefix("[].") { steps.append(.element) }
        let names = steps.isEmpty ? text[...] : text.dropFirst(3)
        for part in names.split(separator: ".", omittingEmptySubsequences: text == "[]") {
            let name = part.hasSuffix("[]") ? part.dropLast(2) : part
            guard !name.isEmpty, !name.contains("[") else { return nil }
            steps.append(.name(String(name)))
            if part.hasSuffix("[]") { steps.append(.element) }
        }
        self.steps = steps
        description = text
    }
}

/// A type of JSON value.
enum JSONKind: String, Sendable, CaseIterable {
    case string, number, bool, array, object
}

/// A set of ``JSONKind``.
struct JSONKinds: OptionSet, Sendable {
    let rawValue: Int

    static let string = JSONKinds(.string)
    static let number = JSONKinds(.number)
    static let bool = JSONKinds(.bool)

    init(rawValue: Int) { self.rawValue = rawValue }
    init(_ kind: JSONKind) { rawValue = 1 << (JSONKind.allCases.firstIndex(of: kind) ?? 0) }

    func contains(kind: JSONKind) -> Bool { contains(JSONKinds(kind)) }
}

/// The value of a field, decoded only into the types that a rule compares.
enum JSONValue: Sendable {
    case string(String)
    case number(Double)
    case bool(Bool)
    case array, object
    /// A value of a type that no rule compares.
    case other

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var number: Double? {
        if case .number(let number) = self { number } else { nil }
    }
}
