extension Expectation {
    var otherPath: JSONPath? {
        if case .atLeast(let path) = self { path } else { nil }
    }

    /// Whether any of the values found meets it.
    func holds(_ values: [JSONValue], other: [JSONValue]?) -> Bool {
        if case .absent = self { return values.isEmpty }
        return values.contains { holds($0, other: other) }
    }

    private func holds(_ value: JSONValue, other: [JSONValue]?) -> Bool {
        switch (self, value) {
        case (.string(let expected), .string(let text)): text == expected
        case (.number(let expected), .number(let number)): number == expected
        case (.bool(let expected), .bool(let truth)): truth == expected
        case (.pattern(let pattern), .string(let text)): pattern.matches(text.utf8)
        case (.kind(let kind), _): value.isKind(kind)
        case (.atLeast, .number(let number)): other?.first?.number.map { number >= $0 } ?? false
        case (.above(let bound), _): value.amount.map { $0 > bound } ?? false
        case (.atMost(let bound), _): value.amount.map { $0 <= bound } ?? false
        case (.anyOf(let list), _): list.contains { $0.holds(value, other: other) }
        default: false
        }
    }
}

extension JSONValue {
    /// The number, or the one that a text is.
    fileprivate var amount: Double? { (number ?? text.flatMap(Double.init)).flatMap { $0.isFinite ? $0 : nil } }

    fileprivate func isKind(_ kind: JSONKind) -> Bool {
        switch (self, kind) {
        case (.string, .string), (.number, .number), (.bool, .bool), (.array, .array), (.object, .object): true
        default: false
        }
    }
}
