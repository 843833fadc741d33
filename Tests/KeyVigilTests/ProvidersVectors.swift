import Foundation
import Testing

@testable import KeyVigil

/// The embedded providers and their vectors, as argument tables.
enum Known {
    static let nine = [
        "anthropic", "azure_openai", "deepseek", "elevenlabs", "google", "groq", "mistral", "openai", "sarvam",
    ]

    static let vectors: [AnswerVector] = (try? AnswerVector.embedded()) ?? []
    /// Vectors that can lead to disabling.
    static let dead = vectors.filter { $0.verdict == .dead && $0.strength != .never }
    /// Dead vectors that are only reported.
    static let reported = vectors.filter { $0.verdict == .dead && $0.strength == .never }

    private static let loaded = Result { try Catalogue() }

    static let ids = (try? catalogue().providers.map(\.id)) ?? []
    /// Providers at which an answer can lead to disabling.
    static let disabling = ids.filter { id in dead.contains { $0.provider == id } }

    static func catalogue() throws -> Catalogue { try loaded.get() }

    static func provider(_ id: String) throws -> Provider { try #require(try catalogue()[id]) }

    /// The providers to which the vector applies.
    static func providers(of vector: AnswerVector) throws -> [Provider] {
        try (vector.provider == "any" ? ids : [vector.provider]).map(provider)
    }

    static func bytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Array(text.utf8).withUnsafeBytes(body)
    }
}
