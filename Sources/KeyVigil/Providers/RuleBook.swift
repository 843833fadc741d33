import Foundation
internal import Vocabulary

/// A provider's rules and the common ones, most specific first, ready to be held against answers.
///
/// A class because providers are copied for each key, and to know one again (``AnswerMemory``).
package final class RuleBook: Sendable {
    let rules: [Rule]
    let words: AnswerWords
    private let slots: [[(condition: Int, other: Int?)]]
    private let outline: JSONOutline
    private let codeSlots: [Int]
    private let requestIDSlots: [Int]
    private let retryDelaySlot: Int?
    private let expirySlot: Int?

    // Options are set nowhere after this, and Foundation declares the class Sendable.
    private static let decoder = JSONDecoder()

    init(own: [Rule], common: [Rule], words: AnswerWords) {
        let ordered = Self.ordered(own: own, common: common)
        var outline = JSONOutline()
        slots = ordered.map { rule in
            rule.conditions.map { condition in
                let other = condition.expectation.otherPath.map { outline.add($0, wants: .number) }
                return (outline.add(condition.path, wants: condition.expectation.wants), other)
            }
        }
        codeSlots = words.codes.map { outline.add($0, wants: .string) }
        requestIDSlots = words.requestIDs.map { outline.add($0, wants: .string) }
        retryDelaySlot = words.retryDelay.map { outline.add($0, wants: .string) }
        expirySlot = words.expiry.map { outline.add($0, wants: .string) }
        self.words = words
        rules = ordered
        self.outline = outline
    }

    private static func ordered(own: [Rule], common: [Rule]) -> [Rule] {
        let numbered = (own.map { ($0, 0) } + common.map { ($0, 1) }).enumerated().map { index, pair in
            (rule: pair.0, rank: (-pair.0.specificity, pair.1, pair.0.caution, index))
        }
        return numbered.sorted { $0.rank < $1.rank }.map(\.rule)
    }

    /// What the rules and the body yield: what the first rule that matches says, with the words worth keeping, and these as
    /// they came.
    ///
    /// A class because one reading serves many answers (``AnswerMemory``).
    final class Reading: Sendable {
        let meaning: Classification
        /// Where that rule stands; nil where none matches.
        let place: Rule.Place?
        let code: String?
        let requestID: String?
        let retryDelay: String?
        let expiry: String?

        init(
            _ rule: Rule?, code: String? = nil, requestID: String? = nil, retryDelay: String? = nil,
            expiry: String? = nil
        ) {
            var meaning = Classification(rule)
            meaning.providerCode = code.map(AuditToken.plain)
            meaning.requestID = requestID.map(AuditToken.plain)
            if meaning.verdict == .alive { meaning.expiresAt = expiry.flatMap(ExpiryText.date) }
            self.meaning = meaning
            place = rule?.place
            self.code = code
            self.requestID = requestID
            self.retryDelay = retryDelay
            self.expiry = expiry
        }
    }

    /// Depends on the status, the content type and the body alone.
    func read(_ answer: Answer) -> Reading {
        let kind = ContentKind(of: answer)
        if kind == .json, needsBody(answer.status), answer.body.beginsAsJSON,
            let parsed = try? Self.decoder.decode(
                Body.self, from: Data(answer.body), configuration: (book: self, answer: answer))
        {
            return parsed.reading
        }
        return Reading(firstMatch(answer, kind: kind == .json ? .other : kind, facts: nil))
    }

    /// Codes are worth having from every 4xx; else the body is read only if a rule asks.
    private func needsBody(_ status: Int) -> Bool {
        (400..<500).contains(status)
            || rules.contains { $0.allows(status: status) && (!$0.conditions.isEmpty || $0.content.contains(.json)) }
    }

    private struct Body: DecodableWithConfiguration {
        let reading: Reading

        init(from decoder: any Decoder, configuration: (book: RuleBook, answer: Answer)) throws {
            let (book, answer) = configuration
            let facts = try book.outline.read(decoder, unwrapping: book.words.unwrapsList)
            let rule = book.firstMatch(answer, kind: .json, facts: facts)
            if rule?.finding.verdict == .dead, !UnambiguousJSON.holds(decoder, text: answer.body) {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "ambiguous"))
            }
            reading = book.reading(rule, facts)
        }
    }

    private func reading(_ rule: Rule?, _ facts: [[JSONValue]]) -> Reading {
        Reading(
            rule,
            code: codeSlots.lazy.compactMap { facts[$0].first?.text }.first,
            requestID: requestIDSlots.lazy.compactMap { facts[$0].first?.text }.first,
            retryDelay: retryDelaySlot.flatMap { facts[$0].first?.text },
            expiry: expirySlot.flatMap { facts[$0].first?.text })
    }

    private func firstMatch(_ answer: Answer, kind: ContentKind, facts: [[JSONValue]]?) -> Rule? {
        zip(rules, slots).first { rule, slots in
            rule.allows(status: answer.status)
                && (rule.content.isEmpty || rule.content.contains(kind))
                && (rule.text?.matches(answer.body) ?? true)
                && meets(rule.conditions, slots, facts)
        }?.0
    }

    private func meets(
        _ conditions: [Rule.Condition], _ slots: [(condition: Int, other: Int?)], _ facts: [[JSONValue]]?
    ) -> Bool {
        guard !conditions.isEmpty else { return true }
        guard let facts else { return false }
        return zip(conditions, slots).allSatisfy { condition, slot in
            condition.expectation.holds(facts[slot.condition], other: slot.other.map { facts[$0] })
        }
    }
}

extension [UInt8] {
    /// No byte order mark and no UTF-16 or UTF-32, which Foundation would quietly accept.
    fileprivate var beginsAsJSON: Bool {
        guard count > 1, self[1] != 0 else { return false }
        return [UInt8(ascii: "{"), UInt8(ascii: "["), 0x20, 0x09, 0x0A, 0x0D].contains(self[0])
    }
}
