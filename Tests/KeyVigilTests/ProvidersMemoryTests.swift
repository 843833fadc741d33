import Testing
import Vocabulary

@testable import KeyVigil

/// The cache of a provider's last answers changes no classification.
struct ProvidersMemoryTests {
    @Test("An answer is classified the same after any other answers", arguments: Known.ids)
    func same(id: String) throws {
        let provider = try Known.provider(id)
        let answers = Known.vectors.filter { [id, "any"].contains($0.provider) && !$0.isTransportFailure }
            .map(\.answer).flatMap(Self.variants)
        var memory = AnswerCache()
        for answer in (answers + answers + answers).shuffled() {
            #expect(memory.classification(of: answer, from: provider) == provider.classify(answer))
        }
    }

    /// The answer, and others that a cache which compares too little would confuse with it.
    private static func variants(_ answer: Answer) -> [Answer] {
        var moved = answer
        moved.status = answer.status == 200 ? 403 : 200
        var retyped = answer
        retyped.contentType = "text/html"
        var cut = answer
        cut.body.removeLast(min(1, answer.body.count))
        var newHeaders = answer
        newHeaders.headers = ["request-id": "req_\(Int.random(in: 0..<1_000))", "retry-after": "7"]
        return [answer, answer, moved, retyped, cut, newHeaders]
    }

    @Test("Deep and ordinary answers of one provider are not confused")
    func deep() throws {
        let provider = try Known.provider("openai")
        let deep = try #require(provider.deeplyProbed(paying: true))
        let living = try #require(
            Known.vectors.first { $0.provider == "openai" && provider.classify($0.answer).verdict == .alive }
        ).answer
        var memory = AnswerCache()
        for provider in [provider, deep, provider, deep] {
            #expect(memory.classification(of: living, from: provider) == provider.classify(living))
        }
        #expect(deep.classify(living).verdict == .unknown)
    }

    @Test("A refusal that repeats the key is classified anew for each key")
    func repeatedKey() throws {
        let provider = try Known.provider("openai")
        let refusal = { (code: String) in
            let error = #"{"error": {"code": "\#(code)", "message": "no"}}"#
            return Answer(status: 401, contentType: "application/json", body: Array(error.utf8))
        }
        let first = "sk-first-0123456789"
        let second = "sk-second-9876543210"
        var memory = AnswerCache()
        for (code, key, said) in [
            (first, first, "other"), (first, second, first), (first, first, "other"),
            ("invalid_api_key", first, "invalid_api_key"), ("invalid_api_key", second, "invalid_api_key"),
            ("invalid_api_key", "invalid_api_key", "other"), ("invalid_api_key", first, "invalid_api_key"),
        ] {
            #expect(memory.classification(of: refusal(code), from: provider, to: key).providerCode == said)
        }
    }
}

extension AnswerCache {
    /// Classifies an answer; by default about a key that shares no text with it.
    fileprivate mutating func classification(of answer: Answer, from provider: Provider, to key: String = "~~~~~~~~")
        -> Classification
    {
        Array(key.utf8).withUnsafeBytes { classify(answer, by: provider.classifier, withholding: $0) }
    }
}
