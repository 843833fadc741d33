public import struct Foundation.Date

/// What an answer means for the key, and the few words of it that may be kept.
public struct Classification: Sendable, Equatable {
    /// The reason, from which the verdict follows.
    public var finding: Finding
    /// How much a dead answer proves; ``Strength/never`` for every answer that is not dead.
    public var strength: Strength
    /// The time over which refusals must repeat, where the rule sets its own.
    public var confirmOver: Duration?
    /// The provider's machine-readable code, or `other` where it may not be kept.
    public var providerCode: String?
    /// The provider's request id, or `other` where it may not be kept.
    public var requestID: String?
    /// How long the provider asks us to wait.
    public var retryAfter: Duration?
    /// The end of the key's life, where a living key's answer tells it.
    public var expiresAt: Date?

    /// The verdict that the finding stands for.
    public var verdict: Verdict { finding.verdict }

    /// For a probe that got no whole answer: no name, no connection, no TLS, a timeout, a cut transfer.
    public static let unreachable = Classification(finding: .unreachable)

    /// A finding that is not drawn from an answer, such as ``Finding/undecryptable``.
    public init(finding: Finding) {
        self.finding = finding
        strength = .never
    }

    init(_ rule: Rule?) {
        self.init(finding: rule?.finding ?? .unrecognised)
        if let rule, finding.verdict == .dead {
            strength = rule.strength
            confirmOver = rule.confirmOver
        }
    }

    /// The same, with code and request id replaced by `other` where they hold 8 consecutive bytes of the key.
    ///
    /// Call it before anything is stored: providers echo keys in places that change.
    public func withholding(_ key: UnsafeRawBufferPointer) -> Classification {
        var kept = self
        kept.providerCode = providerCode.map { KeptWord.withholding(key, from: $0) }
        kept.requestID = requestID.map { KeptWord.withholding(key, from: $0) }
        return kept
    }
}

/// The rule for provider words that reach the audit: `[A-Za-z0-9_.:-]{1,64}`, free of the key.
enum KeptWord {
    static let other = "other"
    private static let window = 8

    static func plain(_ word: String) -> String {
        (1...64).contains(word.utf8.count) && word.utf8.allSatisfy(isPlain) ? word : other
    }

    static func withholding(_ key: UnsafeRawBufferPointer, from word: String) -> String {
        let length = min(window, key.count)
        let bytes = Array(word.utf8)
        guard length > 0, bytes.count >= length else { return word }
        for start in 0...(bytes.count - length) where occurs(bytes[start..<(start + length)], in: key) {
            return other
        }
        return word
    }

    private static func occurs(_ part: ArraySlice<UInt8>, in key: UnsafeRawBufferPointer) -> Bool {
        (0...(key.count - part.count)).contains {
            key[$0] == part.first && key[$0..<($0 + part.count)].elementsEqual(part)
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
