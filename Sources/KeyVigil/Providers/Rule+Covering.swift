extension Rule {
    /// Whether this rule certainly matches every answer that `other` matches. False where the rules alone do not prove it.
    func covers(_ other: Rule) -> Bool {
        other.statuses.allSatisfy { range in statuses.contains { $0.contains(range) } }
            && (content.isEmpty || (!other.content.isEmpty && other.content.isSubset(of: content)))
            && (text == nil || text == other.text)
            && conditions.allSatisfy { condition in
                other.conditions.contains {
                    $0.path == condition.path && condition.expectation.covers($0.expectation)
                }
            }
    }
}

extension Expectation {
    fileprivate func covers(_ other: Expectation) -> Bool {
        other.alternatives.allSatisfy { narrow in alternatives.contains { $0.coversOne(narrow) } }
    }

    private func coversOne(_ other: Expectation) -> Bool {
        switch (self, other) {
        case (.pattern(let pattern), .string(let text)): pattern.matches(text.utf8)
        case (.kind(.string), .string), (.kind(.string), .pattern), (.kind(.number), .number),
            (.kind(.number), .atLeast), (.kind(.bool), .bool):
            true
        default: self == other
        }
    }
}

extension Provider {
    /// The rules of the entry that no answer reaches, each with the rule that is tried before it and covers it.
    var unreachableRules: [(rule: Rule, coveringRule: Rule)] {
        rules.enumerated().compactMap { index, rule in
            guard !rule.place.isCommon, let covering = rules[..<index].first(where: { $0.covers(rule) }) else {
                return nil
            }
            return (rule, covering)
        }
    }
}

extension Rule.Place {
    /// An entry may replace a common rule by one of its own, so a covered common rule is no fault.
    fileprivate var isCommon: Bool {
        if case .common = self { true } else { false }
    }
}
