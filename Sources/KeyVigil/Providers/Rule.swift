public import Vocabulary

/// One line of a provider's rules: which answers, and what they mean.
public struct Rule: Sendable {
    /// What an answer that matches means.
    public let finding: Finding
    /// How much it proves; matters for dead findings only.
    public let strength: Strength
    /// The time over which refusals must repeat; nil: the default of the strength.
    public let confirmOver: Duration?
    /// Where it stands in the catalogue.
    public let place: Place
    let line: Int
    let statuses: [ClosedRange<Int>]
    let content: Set<ContentKind>
    let text: Pattern?
    let conditions: [Condition]

    /// Where a rule stands in the catalogue, as people count: `rule 2`.
    public enum Place: Sendable, Hashable, CustomStringConvertible {
        /// The provider's `probe.alive`.
        case alive
        /// In the provider's `rules`, from 1.
        case own(Int)
        /// The provider's `deep.alive`.
        case deepAlive
        /// In the provider's `deep.rules`, from 1.
        case deep(Int)
        /// In the rules that stand behind every provider's, from 1.
        case common(Int)

        /// `probe.alive`, `rule 2`, `deep.alive`, `deep rule 2` or `common rule 2`.
        public var description: String {
            switch self {
            case .alive: "probe.alive"
            case .own(let number): "rule \(number)"
            case .deepAlive: "deep.alive"
            case .deep(let number): "deep rule \(number)"
            case .common(let number): "common rule \(number)"
            }
        }

        /// Whether it reads answers to the deep probe alone.
        var isDeep: Bool {
            switch self {
            case .deepAlive, .deep: true
            case .alive, .own, .common: false
            }
        }
    }

    /// One field of the JSON body and what must stand there.
    struct Condition: Sendable {
        let path: JSONPath
        let expectation: Expectation
    }

    func allows(status: Int) -> Bool { statuses.contains { $0.contains(status) } }

    /// What the rule looks at beside the status: more of it goes first.
    var specificity: Int { conditions.count * 2 + (content.isEmpty ? 0 : 1) + (text == nil ? 0 : 1) }

    /// Among equally specific rules the one that does least harm goes first.
    var caution: Int {
        switch finding.verdict {
        case .unknown: 0
        case .alive: 1
        case .dead: 2
        }
    }

    /// Whether the rule rests on a machine-readable code or an exact message, as every dead rule must that can disable.
    ///
    /// A code that only repeats the HTTP status says nothing more than the status.
    var namesProof: Bool {
        conditions.contains { condition in
            condition.expectation.alternatives.allSatisfy { isProof($0) }
        }
    }

    private func isProof(_ expectation: Expectation) -> Bool {
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

/// What must stand at a place of the JSON body. Types count: `401` is not `"401"`.
indirect enum Expectation: Sendable, Equatable {
    case string(String)
    case number(Double)
    case bool(Bool)
    case pattern(Pattern)
    case kind(JSONKind)
    case absent
    /// At least the number at another place.
    case atLeast(JSONPath)
    /// A number, or text that is one, greater than this: some providers write balances as text.
    case above(Double)
    /// The rest of them.
    case atMost(Double)
    case anyOf([Expectation])

    var alternatives: [Expectation] {
        if case .anyOf(let list) = self { list } else { [self] }
    }

    /// The JSON types worth decoding at the place.
    var wants: JSONKinds {
        switch self {
        case .string, .pattern: .string
        case .number, .atLeast: .number
        case .bool: .bool
        case .kind(let kind): JSONKinds(kind)
        case .above, .atMost: [.string, .number]
        case .absent: []
        case .anyOf(let list): list.reduce(into: []) { $0.formUnion($1.wants) }
        }
    }
}

/// Text with `*` for any run of characters: needed where a message echoes part of the key.
struct Pattern: Sendable, Equatable {
    let source: String
    private let pieces: [[UInt8]]

    init(_ text: String) {
        source = text
        pieces = text.split(separator: "*", omittingEmptySubsequences: false).map { Array($0.utf8) }
    }

    /// The length of the longest piece between stars.
    var literalLength: Int { pieces.map(\.count).max() ?? 0 }

    func matches(_ text: some Collection<UInt8>) -> Bool {
        let bytes = Array(text)
        guard let first = pieces.first, let last = pieces.last, bytes.starts(with: first) else { return false }
        guard pieces.count > 1 else { return bytes == first }
        var position = first.count
        for piece in pieces.dropFirst().dropLast() {
            guard let end = bytes.end(of: piece, from: position) else { return false }
            position = end
        }
        return bytes.count - position >= last.count && bytes.suffix(last.count).elementsEqual(last)
    }
}

extension [UInt8] {
    /// The index after the first occurrence of `piece` at or after `start`.
    fileprivate func end(of piece: [UInt8], from start: Int) -> Int? {
        guard count - start >= piece.count else { return nil }
        let found = (start...(count - piece.count)).first { self[$0..<($0 + piece.count)].elementsEqual(piece) }
        return found.map { $0 + piece.count }
    }
}
