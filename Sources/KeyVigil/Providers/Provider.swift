internal import Vocabulary

/// One provider of the catalogue: how to ask whether a key is valid, and what the answers mean.
public struct Provider: Sendable {
    /// The id in settings and the store: `openai`.
    public let id: String
    /// The name that people read.
    public let name: String
    /// The page where a tenant makes a new key.
    public let consoleURL: String
    /// What the platform can use the provider for.
    public let capabilities: [Capability]
    /// What a tenant should do about a refused key: two short sentences for mails.
    public var remediationSteps: [String] {
        remediation.split(separator: ". ").map { $0.hasSuffix(".") ? String($0) : $0 + "." }
    }
    /// The base URL of the API; its host may hold `{parameter}`.
    public let baseURL: String
    /// The values that are stored with each key of this provider.
    package let parameters: [Parameter]
    /// How the key is sent.
    package let authentication: Authentication
    /// The request by which a key is checked.
    public internal(set) var probe: Probe
    /// The request that also tells whether credit is left; nil where the ordinary probe does or no request is known. See
    /// ``deeplyProbed(paying:)``.
    public let deepProbe: Probe?
    /// The rules for answers in the order in which they are tried, the common ones included.
    package var rules: [Rule] { classifier.rules }
    /// What keys of the provider look like; empty where that is not known.
    public let keyShapes: [KeyShape]
    /// Probes a second by all runners together.
    public let ratePerSecond: Double
    /// Probes a second for keys of one tenant, as providers limit each account.
    public let tenantRatePerSecond: Double
    /// The response headers that classification reads, in lower case. An `Answer` must hold them where they were sent.
    public let keptHeaders: [String]
    /// Changes with every change of the entry or the common rules, but for layout and vectors. Not a cryptographic hash.
    public let contentHash: String
    /// The operator's catalogue in which it stands; nil: it is embedded in this program.
    public let file: String?
    /// The answer vectors in its entry; empty for an embedded provider, see `AnswerVector.embedded()`.
    package let vectors: [AnswerVector]

    /// Whether the probe may be sent: false for a paid one that the operator has not allowed. A run then leaves the
    /// provider's keys unchecked.
    public internal(set) var isProbeAllowed: Bool

    let remediation: String
    /// Of the entry, in its file.
    let line: Int
    package internal(set) var classifier: Classifier
    let deepClassifier: Classifier?

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
        /// Machines on which the platform runs its own models.
        case compute
        /// Traces of model calls.
        case observability
    }

    /// The request by which a key is checked.
    public struct Probe: Sendable, Equatable {
        /// `GET` or `POST`.
        public let method: String
        /// Path and query, appended to the base URL.
        public let path: String
        /// Headers beside the authentication; a value may hold `{parameter}`.
        public let headers: [String: String]
        /// The body of a POST, JSON; nil for a GET.
        public let body: String?
        /// What one request costs, in words: `about one token`; nil: nothing.
        public let cost: String?
        /// Whether the answer to a living key also tells whether credit is left.
        public let seesCredit: Bool
        /// The longest body that is read, in bytes. A longer answer is unrecognised.
        public let longestAnswer: Int
        /// Whether it is sent only where the operator allows such probes (`probe.paid`): it costs something or is a POST.
        public let isPaid: Bool
    }

    /// Whether the catalogue knows every host that keys are sent to. Otherwise each tenant has a host of its own.
    public var isHostFixed: Bool { !parameters.contains { $0.part == .host && $0.values == nil } }

    /// The same with an operator's base URL, which is not fixed where its host holds a placeholder that each key fills.
    public func isHostFixed(under override: ProviderOverride?) -> Bool {
        isHostFixed || !hasPlaceholderInHost(override?.baseURL ?? baseURL)
    }

    /// Whether scheme and host of `url` hold a `{parameter}`.
    package func hasPlaceholderInHost(_ url: String) -> Bool {
        url.split(separator: "/").prefix(2).contains { $0.contains("{") }
    }

    /// The error for a check whose probe may not be sent.
    var paidProbe: InvalidInput {
        let cost = probe.cost ?? "nothing"
        return InvalidInput(
            "a check at \(name) is a \(probe.method) that costs \(cost)", remedy: .allowPaidProbes)
    }

    /// Whether any rule is dead. Without one, a made-up key that is accepted proves nothing about the provider.
    public var hasDeadRule: Bool { rules.contains { $0.finding.verdict == .dead } }

    /// Whether an answer can lead to disabling. Otherwise a refused key is only reported.
    public var canDisable: Bool { rules.contains { $0.finding.verdict == .dead && $0.strength != .never } }

    /// The key type by which breaker and cap count keys; `other` where the provider has several types and none matches.
    public func keyType(of key: UnsafeRawBufferPointer) -> String {
        let types = Set(keyShapes.map(\.type))
        if types.count < 2 { return types.first ?? "standard" }
        return keyShapes.first { $0.matches(key) }?.type ?? "other"
    }

    /// A random key of the first known shape, or the first of `type`, that belongs to no tenant; nil where no shape is known.
    public func madeUpKey(
        type: String? = nil, using generator: inout some RandomNumberGenerator
    ) -> [UInt8]? {
        keyShapes.first { type == nil || $0.type == type }?.madeUpKey(using: &generator)
    }
}
