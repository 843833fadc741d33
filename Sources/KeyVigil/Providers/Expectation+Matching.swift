extension Expectation {
    /// The path whose number is compared with, beside the condition's own path.
    var otherPath: JSONPath? {
        if case .atLeast(let path) = self { path } else { nil }
    }

    /// Whether one of the values at the path meets the expectation.
    ///
    /// - Parameter other: the values at ``otherPath``.
    func isMet(by values: [JSONValue], other: [JSONValue]?) -> Bool {
        if case .absent = self { return values.isEmpty }
        return values.contains { isMet(by: $0, other: other) }
    }

    private func isMet(by value: JSONValue, other: [JSONValue]?) -> Bool {
        switch (self, value) {
        case (.string(let expected), .string(let text)): text == expected
        case (.number(let expected), .number(let number)): number == expected
        case (.bool(let expected), .bool(let truth)): truth == expected
        case (.pattern(let pattern), .string(let text)): pattern.matches(text.utf8)
        case (.kind(let kind), _): value.isKind(kind)
        case (.atLeast, .number(let number)): other?.first?.number.map { number >= $0 } ?? false
        case (.above(let bound), _): value.numericValue.map { $0 > bound } ?? false
        case (.atMost(let bound), _): value.numericValue.map { $0 <= bound } ?? false
        case (.anyOf(let list), _): list.contains { $0.isMet(by: value, other: other) }
        default: false
        }
    }
}

extension JSONValue {
    /// The number, or the one that the text holds; nil where it is not finite.
    fileprivate var numericValue: Double? { (number ?? text.flatMap(Double.init)).flatMap { $0.isFinite ? $0 : nil } }

    fileprivate func isKind(_ kind: JSONKind) -> Bool {
        switch (self, kind) {
        case (.string, .string), (.number, .number), (.bool, .bool), (.array, .array), (.object, .object): true
        default: false
        }
    }
}
