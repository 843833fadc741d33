import Testing

@testable import KeyVigil

struct ProvidersVectorTests {
    @Test("The catalogue has the nine main providers and the wide ones, each with vectors")
    func everyProvider() throws {
        #expect(Set(Known.nine).isSubset(of: Known.ids) && Known.ids.count == 51)
        #expect(Set(Known.vectors.map(\.provider)) == Set(Known.ids).union(["any"]))
        let unsupported = try Known.catalogue().unsupported
        #expect(unsupported.map(\.id) == ["aws-sigv4", "google-vertex-sa", "nvidia-nim"])
        #expect(unsupported.allSatisfy { $0.reason.hasSuffix(".") && !Known.ids.contains($0.id) })
    }

    @Test("Every provider has a vector that resembles a refusal and is none", arguments: Known.ids)
    func lookAlikes(id: String) throws {
        let own = Known.vectors.filter { $0.provider == id && (400..<500).contains($0.status) }
        #expect(own.contains { $0.verdict != .dead })
    }

    @Test("Every provider has vectors for an alive key and for a refused one", arguments: Known.ids)
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

    @Test("A provider's answer disables no key at another provider")
    func foreignAnswers() throws {
        for vector in Known.vectors where !vector.isTransportFailure {
            for id in Known.ids where id != vector.provider {
                let result = try Known.provider(id).classify(vector.answer)
                let isHarmless = result.verdict != .dead || result.strength == .never
                if !isHarmless, !Self.isShared(vector, with: id) { Issue.record("\(vector) at \(id)") }
            }
        }
    }

    /// The ids are two kinds of token of one provider.
    private static func isShared(_ vector: AnswerVector, with id: String) -> Bool {
        [vector.provider, id].allSatisfy { $0.hasPrefix("cloudflare-") }
    }

    @Test("Mistral's refusal without a code, and no other, must repeat over 35 days")
    func confirmOver() throws {
        for vector in Known.dead {
            let provider = try Known.provider(vector.provider)
            let expected: Duration? = vector.provider == "mistral" ? .seconds(35 * 86_400) : nil
            #expect(vector.classification(by: provider).confirmOver == expected)
        }
    }

    @Test("A rule that tests only the status is reported and never disables")
    func bareStatuses() throws {
        for id in Known.ids {
            for rule in try Known.provider(id).rules where rule.finding.verdict == .dead && !rule.testsExactEvidence {
                #expect(rule.strength == .never, "\(id): \(rule)")
            }
        }
    }

    @Test("Refusals of a key bound to a region or platform never disable it at once")
    func boundKeys() throws {
        for id in Known.ids where try Known.provider(id).parameters.contains(where: { $0.values != nil }) {
            let rules = try Known.provider(id).rules.filter { $0.finding.verdict == .dead }
            #expect(rules.allSatisfy { $0.strength != .specific }, "\(id)")
        }
    }

    @Test("Each dead rule of the catalogue has a vector", arguments: Known.ids)
    func deadRulesAreCovered(id: String) throws {
        let rules = try Known.provider(id).rules.filter { $0.finding.verdict == .dead }
        let findings = Set((Known.dead + Known.reported).filter { $0.provider == id }.map(\.finding))
        #expect(Set(rules.map(\.finding)).subtracting(findings).isEmpty)
    }
}
