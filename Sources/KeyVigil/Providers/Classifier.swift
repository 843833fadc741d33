import Foundation

/// A provider's rules and the common ones in the order in which they are tried, prepared for matching.
///
/// A class, as providers are copied for each key, and so that ``AnswerMemory`` can tell one provider's from another's by
/// identity.
package final class Classifier: Sendable {
    let rules: [Rule]
    let fields: AnswerFields
    /// The JSON fields that rules and ``fields`` read.
    private let projection: JSONProjection
    /// For each rule, the slots of its conditions.
    private let ruleSlots: [[ConditionSlots]]
    private let codeSlots: [Int]
    private let requestIDSlots: [Int]
    private let retryDelaySlot: Int?
    private let expirySlot: Int?

    /// Where the projection puts the values that a condition compares.
    private struct ConditionSlots: Sendable {
        let path: Int
        let other: Int?
    }

    // Its options are never changed, and Foundation declares the class Sendable.
    private static let decoder = JSONDecoder()

    /// - Parameters:
    ///   - own: the provider's rules, in the order of the file.
    ///   - common: the rules that are tried after equally specific ones of the provider.
    init(own: [Rule], common: [Rule], fields: AnswerFields) {
        let ordered = Self.ordered(own: own, common: common)
        var projection = JSONProjection()
        ruleSlots = ordered.map { rule in
            rule.conditions.map { condition in
                let other = condition.expectation.otherPath.map { projection.add($0, kinds: .number) }
                let path = projection.add(condition.path, kinds: condition.expectation.comparedKinds)
                return ConditionSlots(path: path, other: other)
            }
        }
        codeSlots = fields.codes.map { projection.add($0, kinds: .string) }
        requestIDSlots = fields.requestIDs.map { projection.add($0, kinds: .string) }
        retryDelaySlot = fields.retryDelay.map { projection.add($0, kinds: .string) }
        expirySlot = fields.expiry.map { projection.add($0, kinds: .string) }
        self.fields = fields
        rules = ordered
        self.projection = projection
    }

    private static func ordered(own: [Rule], common: [Rule]) -> [Rule] {
        let sourced = own.map { (rule: $0, source: 0) } + common.map { (rule: $0, source: 1) }
        let ranked = sourced.enumerated().map { index, entry in
            (rule: entry.rule, rank: (-entry.rule.specificity, entry.source, entry.rule.harm, index))
        }
        return ranked.sorted { $0.rank < $1.rank }.map(\.rule)
    }

    /// Matches the answer with the rules and reads its fields. The result depends on status, content type and body only.
    func read(_ answer: Answer) -> Reading {
        let kind = ContentKind(of: answer)
        if kind == .json, needsBody(answer.status), answer.body.beginsAsJSON,
            let parsed = try? Self.decoder.decode(
                Body.self, from: Data(answer.body), configuration: (classifier: self, answer: answer))
        {
            return parsed.reading
        }
        return Reading(firstMatch(answer, kind: kind == .json ? .other : kind, values: nil))
    }

    /// Every 4xx may hold a code that is kept; of other answers the body is parsed only if a rule tests it.
    private func needsBody(_ status: Int) -> Bool {
        (400..<500).contains(status)
            || rules.contains { $0.allows(status: status) && (!$0.conditions.isEmpty || $0.content.contains(.json)) }
    }

    private struct Body: DecodableWithConfiguration {
        let reading: Reading

        init(from decoder: any Decoder, configuration: (classifier: Classifier, answer: Answer)) throws {
            let (classifier, answer) = configuration
            let values = try classifier.projection.values(in: decoder, unwrapping: classifier.fields.unwrapsList)
            let rule = classifier.firstMatch(answer, kind: .json, values: values)
            if rule?.finding.verdict == .dead, !UnambiguousJSON.holds(decoder, text: answer.body) {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "ambiguous"))
            }
            reading = classifier.reading(rule, values: values)
        }
    }

    private func reading(_ rule: Rule?, values: [[JSONValue]]) -> Reading {
        Reading(
            rule,
            code: codeSlots.lazy.compactMap { values[$0].first?.text }.first,
            requestID: requestIDSlots.lazy.compactMap { values[$0].first?.text }.first,
            retryDelay: retryDelaySlot.flatMap { values[$0].first?.text },
            expiry: expirySlot.flatMap { values[$0].first?.text })
    }

    private func firstMatch(_ answer: Answer, kind: ContentKind, values: [[JSONValue]]?) -> Rule? {
        zip(rules, ruleSlots).first { rule, slots in
            rule.allows(status: answer.status)
                && (rule.content.isEmpty || rule.content.contains(kind))
                && (rule.text?.matches(answer.body) ?? true)
                && areMet(rule.conditions, at: slots, by: values)
        }?.0
    }

    /// - Parameter values: by slot; nil where the body was not parsed, so that no condition is met.
    private func areMet(
        _ conditions: [Rule.Condition], at slots: [ConditionSlots], by values: [[JSONValue]]?
    ) -> Bool {
        guard !conditions.isEmpty else { return true }
        guard let values else { return false }
        return zip(conditions, slots).allSatisfy { condition, slot in
            condition.expectation.isMet(by: values[slot.path], other: slot.other.map { values[$0] })
        }
    }
}

extension [UInt8] {
    /// False for a byte order mark, UTF-16 and UTF-32, which Foundation would accept without notice.
    fileprivate var beginsAsJSON: Bool {
        guard count > 1, self[1] != 0 else { return false }
        return [UInt8(ascii: "{"), UInt8(ascii: "["), 0x20, 0x09, 0x0A, 0x0D].contains(self[0])
    }
}
