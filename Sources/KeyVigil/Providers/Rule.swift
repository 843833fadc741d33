package import Vocabulary

/// Which answers of a provider a rule matches, and what it finds in them.
package struct Rule: Sendable {
    /// The finding for an answer that matches.
    package let finding: Finding
    /// How much a dead finding proves; without meaning for other findings.
    package let strength: Strength
    /// The time over which refusals must repeat before a key is disabled; nil: the default of the strength.
    package let confirmOver: Duration?
    /// Where the rule stands in its entry.
    package let place: Place
    /// In the file of the catalogue, from 1.
    let line: Int
    let statuses: [ClosedRange<Int>]
    /// The content types that match; empty: all.
    let content: Set<ContentKind>
    /// What the whole body must match; nil: any body.
    let text: Pattern?
    let conditions: [Condition]

    /// Where a rule stands in its entry, numbered from 1 in the order of the file.
    package enum Place: Sendable, Hashable, CustomStringConvertible {
        /// The provider's `probe.alive`.
        case alive
        /// An element of the provider's `rules`.
        case own(Int)
        /// The provider's `deep.alive`.
        case deepAlive
        /// An element of the provider's `deep.rules`.
        case deep(Int)
        /// An element of the common rules, which are tried after every provider's own.
        case common(Int)

        /// `probe.alive`, `rule 2`, `deep.alive`, `deep rule 2` or `common rule 2`.
        package var description: String {
            switch self {
            case .alive: "probe.alive"
            case .own(let number): "rule \(number)"
            case .deepAlive: "deep.alive"
            case .deep(let number): "deep rule \(number)"
            case .common(let number): "common rule \(number)"
            }
        }

        /// Whether the rule is tried for answers to the deep probe only.
        var isDeep: Bool {
            switch self {
            case .deepAlive, .deep: true
            case .alive, .own, .common: false
            }
        }
    }

    /// A field of the JSON body and its expected value.
    struct Condition: Sendable {
        let path: JSONPath
        let expectation: Expectation
    }

    func allows(status: Int) -> Bool { statuses.contains { $0.contains(status) } }

    /// How much the rule tests beside the status. A more specific rule is tried first.
    var specificity: Int { conditions.count * 2 + (content.isEmpty ? 0 : 1) + (text == nil ? 0 : 1) }

    /// Of equally specific rules the one with the less harmful verdict is tried first.
    var harm: Int {
        switch finding.verdict {
        case .unknown: 0
        case .alive: 1
        case .dead: 2
        }
    }

    /// Whether the rule tests a machine-readable code or an exact message. Every dead rule that can disable a key must.
    ///
    /// A code that repeats the HTTP status proves no more than the status.
    var testsExactEvidence: Bool {
        conditions.contains { condition in
            condition.expectation.alternatives.allSatisfy(isExactEvidence)
        }
    }

    private func isExactEvidence(_ expectation: Expectation) -> Bool {
        switch expectation {
        case .string(let text): text.count > 2 && !repeatsStatus(text)
        case .number(let number): !repeatsStatus(String(Int(number)))
        case .bool(let truth): truth
        case .pattern(let pattern): pattern.literalLength >= 12
        case .kind, .absent, .atLeast, .above, .atMost, .anyOf: false
        }
    }

    private func repeatsStatus(_ text: String) -> Bool { Int(text).map(allows(status:)) ?? false }
}
