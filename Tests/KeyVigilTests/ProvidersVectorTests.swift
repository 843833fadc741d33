import Testing

@testable import KeyVigil

struct ProvidersVectorTests {
    @Test("The nine providers are there, and nothing else")
    func nineProviders() throws {
        #expect(try Known.catalogue().providers.map(\.id) == Known.ids)
    }

    @Test("Every provider has vectors for a living key and, first of all the dead, a refused one", arguments: Known.ids)
    func vectorsExist(id: String) throws {
        let own = Known.vectors.filter { $0.provider == id }
        #expect(own.contains { $0.finding == .valid })
        #expect(own.contains { $0.finding == .invalid })
        #expect(Set(own.map(\.scenario)).count == own.count)
    }

    @Test("Every vector gets exactly its finding, verdict and strength", arguments: Known.vectors)
    func finding(vector: AnswerVector) throws {
        for provider in try Known.providers(of: vector) {
            let result = vector.classification(by: provider)
            #expect(result.finding == vector.finding, "\(provider.id)")
            #expect(result.verdict == vector.verdict, "\(provider.id)")
            if vector.verdict == .dead { #expect(result.strength == vector.strength) }
        }
    }

    @Test("Each provider's own answers kill nothing at another provider unless they are its own words too")
    func foreignAnswers() throws {
        for vector in Known.vectors where !vector.isTransportFailure {
            for id in Known.ids where id != vector.provider {
                let finding = try Known.provider(id).classify(vector.answer).finding
                #expect(finding.verdict != .dead, "\(vector.description) at \(id)")
            }
        }
    }

    @Test("Mistral's bare refusal must repeat over 35 days, and only that")
    func confirmOver() throws {
        for vector in Known.dead {
            let provider = try Known.provider(vector.provider)
            let expected: Duration? = vector.provider == "mistral" ? .seconds(35 * 86_400) : nil
            #expect(vector.classification(by: provider).confirmOver == expected)
        }
    }

    @Test("Each dead rule of the catalogue has a vector", arguments: Known.ids)
    func deadRulesAreCovered(id: String) throws {
        let rules = try Known.provider(id).rules.filter { $0.finding.verdict == .dead }
        let findings = Set(Known.dead.filter { $0.provider == id }.map(\.finding))
        #expect(Set(rules.map(\.finding)).subtracting(findings).isEmpty)
    }
}
