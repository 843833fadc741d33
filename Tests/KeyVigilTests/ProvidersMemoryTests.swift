import Testing
import Vocabulary

@testable import KeyVigil

/// What is remembered of a provider's last answer changes no finding.
struct ProvidersMemoryTests {
    @Test("Whatever was answered before, an answer means the same", arguments: Known.ids)
    func same(id: String) throws {
        let provider = try Known.provider(id)
        let answers = Known.vectors.filter { [id, "any"].contains($0.provider) && !$0.isTransportFailure }
            .map(\.answer).flatMap(Self.variants)
        var memory = AnswerMemory()
        for answer in (answers + answers + answers).shuffled() {
            #expect(memory.meaning(of: answer, from: provider) == provider.classify(answer))
        }
    }

    /// The answer, and others that a memory which looks at too little would take for it.
    private static func variants(_ answer: Answer) -> [Answer] {
        var (moved, retyped, cut, newHeaders) = (answer, answer, answer, answer)
        moved.status = answer.status == 200 ? 403 : 200
        retyped.contentType = "text/html"
        cut.body.removeLast(min(1, answer.body.count))
        newHeaders.headers = ["request-id": "req_\(Int.random(in: 0..<1_000))", "retry-after": "7"]
        return [answer, answer, moved, retyped, cut, newHeaders]
    }

    @Test("Deep and ordinary answers of one provider are not taken for each other")
    func deep() throws {
        let provider = try Known.provider("openai")
        let deep = try #require(provider.deeplyProbed(paying: true))
        let living = try #require(
            Known.vectors.first { $0.provider == "openai" && provider.classify($0.answer).verdict == .alive }
        ).answer
        var memory = AnswerMemory()
        for provider in [provider, deep, provider, deep] {
            #expect(memory.meaning(of: living, from: provider) == provider.classify(living))
        }
        #expect(deep.classify(living).verdict == .unknown)
    }

    @Test("A refusal that repeats the key is read for each key, and none of its words are another key's")
    func repeatedKey() throws {
        let provider = try Known.provider("openai")
        let refusal = { (code: String) in
            let error = #"{"error": {"code": "\#(code)", "message": "no"}}"#
            return Answer(status: 401, contentType: "application/json", body: Array(error.utf8))
        }
        let (first, second) = ("sk-first-0123456789", "sk-second-9876543210")
        var memory = AnswerMemory()
        for (code, key, said) in [
            (first, first, "other"), (first, second, first), (first, first, "other"),
            ("invalid_api_key", first, "invalid_api_key"), ("invalid_api_key", second, "invalid_api_key"),
            ("invalid_api_key", "invalid_api_key", "other"), ("invalid_api_key", first, "invalid_api_key"),
        ] {
            #expect(memory.meaning(of: refusal(code), from: provider, to: key).providerCode == said)
        }
    }
}

extension AnswerMemory {
    /// What it makes of an answer to a key that shares no word with it.
    fileprivate mutating func meaning(of answer: Answer, from provider: Provider, to key: String = "~~~~~~~~")
        -> Classification
    {
        Array(key.utf8).withUnsafeBytes { classify(answer, by: provider.ruleBook, withholding: $0) }
    }
}
