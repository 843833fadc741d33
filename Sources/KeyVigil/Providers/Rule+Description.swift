extension Rule: CustomStringConvertible {
    /// The rule in one line: `401, error.code = "invalid_api_key": invalid, specific`.
    package var description: String {
        let suffix = finding.verdict == .dead ? ", \(strength.rawValue)" : ""
        return condition + ": " + finding.rawValue + suffix
    }

    /// What the rule tests: `401, error.code = "invalid_api_key"`.
    package var condition: String {
        var parts = [statuses.map(Self.range).joined(separator: " or ")]
        parts += content.map(\.rawValue).sorted().map { "content \($0)" }
        parts += text.map { ["text like \"\($0.source)\""] } ?? []
        parts += conditions.map { "\($0.path) \($0.expectation)" }
        return parts.joined(separator: ", ")
    }

    private static func range(_ statuses: ClosedRange<Int>) -> String {
        statuses.count == 1 ? "\(statuses.lowerBound)" : "\(statuses.lowerBound)-\(statuses.upperBound)"
    }
}

extension Expectation: CustomStringConvertible {
    var description: String {
        switch self {
        case .string(let text): "= \"\(text)\""
        case .number(let number): "= \(Self.plain(number))"
        case .bool(let truth): "= \(truth)"
        case .pattern(let pattern): "like \"\(pattern.source)\""
        case .kind(let kind): "is \(kind.rawValue)"
        case .absent: "absent"
        case .atLeast(let path): ">= \(path)"
        case .above(let bound): "> \(Self.plain(bound))"
        case .atMost(let bound): "<= \(Self.plain(bound))"
        case .anyOf(let list): list.map(\.description).joined(separator: " or ")
        }
    }

    private static func plain(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? String(number) }
}
