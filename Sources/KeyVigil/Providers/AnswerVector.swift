import Foundation
package import Vocabulary

/// A recorded or rebuilt answer of a provider, and how it must be classified.
package struct AnswerVector: Sendable, Decodable, CustomStringConvertible {
    /// A provider's id, or `any` for an answer that every provider must classify alike.
    package let provider: String
    /// A name that is unique within the provider.
    package let scenario: String
    /// The HTTP status; 0: the transfer failed.
    package let status: Int
    /// Response headers, names in lower case.
    package let headers: [String: String]
    /// The body as text; empty: none.
    package let body: String
    /// The expected finding.
    package let finding: Finding
    /// The expected verdict.
    package let verdict: Verdict
    /// The expected strength of a dead finding.
    package let strength: Strength
    /// Where the answer is documented or was recorded.
    package let source: String
    var deep: Bool?
    /// The line in an operator's catalogue, from 1; 0 for an embedded vector.
    var line = 0

    private enum CodingKeys: String, CodingKey {
        case provider, scenario, status, headers, body, finding, strength, source, deep
        case verdict = "class"
    }

    /// `provider/scenario`.
    package var description: String { "\(provider)/\(scenario)" }

    /// Whether the transfer failed, which the prober and not the rules must classify.
    package var isTransportFailure: Bool { status == 0 }

    /// The answer as the prober passes it to the rules, received now.
    package var answer: Answer { Answer(status: status, headers: headers, body: Array(body.utf8)) }

    /// Whether it is an answer to the deep probe and to no other.
    package var isDeep: Bool { deep ?? false }

    /// How `provider` classifies it.
    func classification(by provider: Provider) -> Classification {
        isTransportFailure ? .unreachable : provider.probed(for: self).classify(answer)
    }

    /// The vectors that are embedded in this program.
    ///
    /// - Throws: `DecodingError` for a fault of the build.
    package static func embedded() throws -> [AnswerVector] {
        try JSONDecoder().decode([AnswerVector].self, from: Data(PackageResources.vectors_json))
    }
}

extension Provider {
    /// The provider with the probe that the vector answers.
    func probed(for vector: AnswerVector) -> Provider {
        vector.isDeep ? deeplyProbed(paying: true) ?? self : self
    }
}
