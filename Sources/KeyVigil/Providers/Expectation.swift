/// The expected value of a JSON field. Types count: `401` is not `"401"`.
indirect enum Expectation: Sendable, Equatable {
    case string(String)
    case number(Double)
    case bool(Bool)
    case pattern(Pattern)
    case kind(JSONKind)
    case absent
    /// A number not below the number at another path.
    case atLeast(JSONPath)
    /// A number, or text that holds one, above this bound: some providers write balances as text.
    case above(Double)
    /// A number, or text that holds one, not above this bound.
    case atMost(Double)
    case anyOf([Expectation])

    var alternatives: [Expectation] {
        if case .anyOf(let list) = self { list } else { [self] }
    }

    /// The JSON types that are decoded for the comparison.
    var comparedKinds: JSONKinds {
        switch self {
        case .string, .pattern: .string
        case .number, .atLeast: .number
        case .bool: .bool
        case .kind(let kind): JSONKinds(kind)
        case .above, .atMost: [.string, .number]
        case .absent: []
        case .anyOf(let list): list.reduce(into: []) { $0.formUnion($1.comparedKinds) }
        }
    }
}
