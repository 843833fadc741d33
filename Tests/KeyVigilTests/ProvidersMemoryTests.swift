import Testing

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
            #expect(memory.classify(answer, of: provider) == provider.classify(answer))
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
            #expect(memory.classify(living, of: provider) == provider.classify(living))
        }
        #expect(deep.classify(living).verdict == .unknown)
    }
}
