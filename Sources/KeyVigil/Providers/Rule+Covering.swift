extension Rule {
    /// Whether every answer that `other` fits also fits this one, as far as that can be seen without any answer.
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
    /// Rules of the entry that no answer reaches, each with the one that goes first and takes them all.
    var unreachableRules: [(rule: Rule, taker: Rule)] {
        rules.enumerated().compactMap { index, rule in
            guard !rule.place.isCommon, let taker = rules[..<index].first(where: { $0.covers(rule) }) else {
                return nil
            }
            return (rule, taker)
        }
    }
}

extension Rule.Place {
    /// An entry may well stand in for a common rule.
    fileprivate var isCommon: Bool {
        if case .common = self { true } else { false }
    }
}
