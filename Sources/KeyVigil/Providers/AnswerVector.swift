public import Foundation
public import Vocabulary

/// One recorded or rebuilt answer of a provider and what it must be taken for; `any` applies to every provider.
public struct AnswerVector: Sendable, Decodable, CustomStringConvertible {
    /// A provider's id, or `any`.
    public let provider: String
    /// The name, unique with the provider.
    public let scenario: String
    /// The HTTP status; 0: no answer came.
    public let status: Int
    /// Response headers, names in lower case.
    public let headers: [String: String]
    /// The body.
    public let body: String
    /// The finding it must get.
    public let finding: Finding
    /// The verdict it must get.
    public let verdict: Verdict
    /// The strength that a dead one must get.
    public let strength: Strength
    /// Where it was seen.
    public let source: String
    var deep: Bool?
    /// Where it stands in an operator's catalogue; 0 for those that came with this program.
    var line = 0

    private enum CodingKeys: String, CodingKey {
        case provider, scenario, status, headers, body, finding, strength, source, deep
        case verdict = "class"
    }

    /// `provider/scenario`.
    public var description: String { "\(provider)/\(scenario)" }

    /// Whether no answer came at all, which the prober and not the rules must see.
    public var isTransportFailure: Bool { status == 0 }

    /// The answer as the prober would hand it over.
    public var answer: Answer { Answer(status: status, headers: headers, body: Array(body.utf8)) }

    /// Whether it answers the deep probe, and that one alone.
    public var isDeep: Bool { deep ?? false }

    /// What `provider` makes of it.
    public func classification(by provider: Provider) -> Classification {
        isTransportFailure ? .unreachable : asked(provider).classify(answer)
    }

    /// The provider as it was asked for this answer.
    func asked(_ provider: Provider) -> Provider {
        isDeep ? provider.deeplyProbed(paying: true) ?? provider : provider
    }

    /// The vectors in the JSON `data`, an array of objects.
    public static func decode(_ data: Data) throws -> [AnswerVector] {
        try JSONDecoder().decode([AnswerVector].self, from: data)
    }

    /// The vectors that came with this program.
    public static func embedded() throws -> [AnswerVector] {
        try decode(Data(PackageResources.vectors_json))
    }

    /// Those that apply to the provider.
    public static func embedded(for provider: String) throws -> [AnswerVector] {
        try embedded().filter { $0.provider == provider || $0.provider == "any" }
    }
}
