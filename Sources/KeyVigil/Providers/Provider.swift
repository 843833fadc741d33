internal import Vocabulary

/// One provider of the catalogue: how to ask about a key, and what the answers mean.
public struct Provider: Sendable {
    /// The id that commands, settings and the store use: `openai`.
    public let id: String
    /// The name that people read.
    public let name: String
    /// The page where a tenant makes a new key.
    public let consoleURL: String
    /// What the provider can do for the platform.
    public let capabilities: [Capability]
    /// Two short sentences for mails: what to do about a refused key.
    public var stepsToMend: [String] {
        mend.split(separator: ". ").map { $0.hasSuffix(".") ? String($0) : $0 + "." }
    }
    /// Where the API lives; may hold `{parameter}` in the host.
    public let baseURL: String
    /// Values that a stored key of this provider needs beside the key.
    public let parameters: [Parameter]
    /// How the key is sent.
    public let authentication: Authentication
    /// The one cheap request.
    public internal(set) var probe: Probe
    /// The request by which credit is proved, where it is another one; see ``deeplyProbed(paying:)``.
    public let deepProbe: Probe?
    /// Rules by which answers are read, most specific first, the common ones included.
    public var rules: [Rule] { ruleBook.rules }
    /// What its keys look like.
    public let keyShapes: [KeyShape]
    /// Probes a second over all runners.
    public let ratePerSecond: Double
    /// Probes a second for one tenant, as limits are per account.
    public let tenantRatePerSecond: Double
    /// Response headers that an ``Answer`` must carry, in lower case; nothing else is read.
    public let keptHeaders: [String]
    /// Changes whenever anything in the entry or the common rules does; not a cryptographic hash.
    public let contentHash: String
    /// The operator's catalogue that it was read from; nil: it came with this program.
    public let file: String?
    /// The answer vectors in its own entry, of an operator's catalogue.
    public let vectors: [AnswerVector]

    /// Whether its probe may be sent: false for a paid one that the operator has not allowed. Its keys are left alone.
    public internal(set) var isProbeAllowed: Bool

    let mend: String
    let line: Int
    package internal(set) var ruleBook: RuleBook
    let deepRuleBook: RuleBook?

    /// What a provider can be used for.
    public enum Capability: String, Sendable, Codable, CaseIterable {
        /// Text from text.
        case language
        /// Images from text.
        case image
        /// Speech from text.
        case voice
        /// Text in another language.
        case translation
        /// Text from speech.
        case transcription
        /// Vectors from text.
        case embedding
        /// Results from the web or an index.
        case search
        /// Machines to run one's own models on.
        case compute
        /// Traces of what models did.
        case observability
    }

    /// The request by which a key is checked.
    public struct Probe: Sendable, Equatable {
        /// The method.
        public let method: String
        /// Path and query, appended to the base URL.
        public let path: String
        /// Headers beside the authentication; a value may hold `{parameter}`.
        public let headers: [String: String]
        /// What a POST sends; nil for a GET.
        public let body: String?
        /// What one costs, in words: `about one token`; nil: nothing.
        public let cost: String?
        /// Whether a valid answer also tells that credit is left.
        public let seesCredit: Bool
        /// The longest body that is read, in bytes.
        public let longestAnswer: Int
        /// Whether it is sent only where the operator allows such probes (`probe.paid`): it spends or is no plain look.
        public let isPaid: Bool
    }

    /// Whether the catalogue knows every host that keys go to; elsewhere each tenant has a host of its own.
    public var isHostFixed: Bool { !parameters.contains { $0.part == .host && $0.values == nil } }

    /// The same where the operator may have set another base URL: a placeholder in its host is filled from each key.
    public func isHostFixed(under override: ProviderOverride?) -> Bool {
        isHostFixed || !hasPlaceholderInHost(override?.baseURL ?? baseURL)
    }

    package func hasPlaceholderInHost(_ url: String) -> Bool {
        url.split(separator: "/").prefix(2).contains { $0.contains("{") }
    }

    /// What to say where its probe may not be sent.
    var paidProbe: InvalidInput {
        let cost = probe.cost ?? "nothing"
        return InvalidInput(
            "a check at \(name) is a \(probe.method) that costs \(cost); set probe.paid: true to allow it")
    }

    /// Whether any answer can be called dead; without one there is no negative control.
    public var hasDeadRule: Bool { rules.contains { $0.finding.verdict == .dead } }

    /// Whether an answer can lead to disabling; elsewhere a refused key is only reported.
    public var canDisable: Bool { rules.contains { $0.finding.verdict == .dead && $0.strength != .never } }

    /// The key type by which brake and cap count; `other` where the provider has several and none fits.
    public func keyType(of key: UnsafeRawBufferPointer) -> String {
        let types = Set(keyShapes.map(\.type))
        if types.count < 2 { return types.first ?? "standard" }
        return keyShapes.first { $0.matches(key) }?.type ?? "other"
    }

    /// A key of the provider's usual shape that nobody was given; nil where no shape is known.
    public func madeUpKey(
        type: String? = nil, using generator: inout some RandomNumberGenerator
    ) -> [UInt8]? {
        keyShapes.first { type == nil || $0.type == type }?.madeUpKey(using: &generator)
    }
}
