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
    public let stepsToMend: [String]
    /// Where the API lives; may hold `{parameter}` in the host.
    public let baseURL: String
    /// Values that a stored key of this provider needs beside the key.
    public let parameters: [Parameter]
    /// How the key is sent.
    public let authentication: Authentication
    /// The one cheap request.
    public let probe: Probe
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

    let line: Int
    let words: AnswerWords
    let ruleBook: RuleBook

    /// What a provider can be used for.
    public enum Capability: String, Sendable, Codable, CaseIterable {
        case language, image, voice, translation, transcription, embedding, search
    }

    /// A value such as Azure's resource name.
    public struct Parameter: Sendable, Equatable {
        /// The name, as in `--param NAME=VALUE`.
        public let name: String
        /// Whether a key cannot be probed without it.
        public let isRequired: Bool
        /// Where the value goes.
        public let part: Part

        /// Where a parameter's value goes in the URL.
        public enum Part: String, Sendable, CaseIterable {
            case host, path
            /// Stored for the platform's own calls; the probe does not need it.
            case none
        }
    }

    /// The header that carries the key.
    public struct Authentication: Sendable, Equatable {
        /// The header's name.
        public let header: String
        /// What stands before the key: `"Bearer "` or nothing.
        public let valuePrefix: String
    }

    /// The request by which a key is checked.
    public struct Probe: Sendable, Equatable {
        /// The method.
        public let method: String
        /// Path and query, appended to the base URL.
        public let path: String
        /// Headers beside the authentication.
        public let headers: [String: String]
        /// Whether a valid answer also tells that credit is left.
        public let seesCredit: Bool
    }

    /// Whether all tenants' keys go to the same host, so that one control speaks for all.
    public var isHostFixed: Bool { !parameters.contains { $0.part == .host } }

    /// Whether any answer can be called dead; without one there is no negative control.
    public var hasDeadRule: Bool { rules.contains { $0.finding.verdict == .dead } }

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
