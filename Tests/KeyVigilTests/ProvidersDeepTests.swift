import Testing

@testable import KeyVigil

struct ProvidersDeepTests {
    @Test("Each of the nine main providers can prove credit; only Anthropic's probe and balance probes are free")
    func nine() throws {
        let free = try Known.nine.filter { try Known.provider($0).deeplyProbed(paying: false)?.probe.isPaid == false }
        #expect(free == ["anthropic", "deepseek", "elevenlabs"])
        for id in Known.nine {
            let deep = try #require(try Known.provider(id).deeplyProbed(paying: true))
            #expect(deep.probe.seesCredit)
            #expect(deep.isProbeAllowed)
            #expect(deep.id == id)
            #expect(deep.probe.isPaid == (deep.probe.cost != nil))
        }
    }

    @Test("A deep probe recognises a key with credit, and has the same dead rules as the ordinary probe")
    func rules() throws {
        for id in Known.ids {
            let provider = try Known.provider(id)
            guard provider.deepProbe != nil, let deep = provider.deeplyProbed(paying: true) else { continue }
            let own = Known.vectors.filter { $0.provider == id && $0.isDeep }
            #expect(own.contains { $0.finding == .valid } && own.contains { $0.finding != .valid }, "\(id)")
            #expect(own.allSatisfy { $0.verdict == .alive }, "\(id)")
            let dead = { (rules: [Rule]) in rules.filter { $0.finding.verdict == .dead }.map(\.description) }
            #expect(dead(deep.rules) == dead(provider.rules))
            for vector in own where vector.finding == .valid {
                #expect(provider.classify(vector.answer).finding == .unrecognised, "\(id)")
            }
            for vector in Known.vectors where vector.provider == id && vector.finding == .valid && !vector.isDeep {
                #expect(deep.classify(vector.answer).finding == .unrecognised, "\(id)")
            }
        }
    }

    @Test("A run uses deep probes that are free, or allowed as paid, and none that needs an optional parameter")
    func catalogue() throws {
        let plain = try Known.catalogue()
        let free = plain.probingDeeply(paying: false)
        let paid = plain.probingDeeply(paying: true)
        let changed = { (catalogue: Catalogue) in
            Known.ids.filter { catalogue[$0]?.probe.path != plain[$0]?.probe.path }
        }
        #expect(changed(free) == ["anthropic", "deepinfra"])
        #expect(
            changed(paid) == ["anthropic", "deepinfra", "google", "groq", "mistral", "openai", "sarvam"])
        #expect(paid["openai"]?.contentHash == plain["openai"]?.contentHash)
        #expect(paid["voyage"]?.isProbeAllowed == false)
    }

    @Test("An operator's entry that replaces a shipped one needs no deep probe")
    func replaced() throws {
        let yaml = """
            providers:
              deepinfra:
                name: DeepInfra
                console: https://deepinfra.com/dash/api_keys
                remediation: Create a new key. Put it in place.
                capabilities: language
                base_url: https://api.deepinfra.com
                auth: {header: Authorization, prefix: "Bearer "}
                probe: {path: /v1/me, alive: {status: 200, when: {uid: {type: string}}}}
                rules: [{status: 401, content: [json, text, empty], finding: invalid, strength: never}]
            """
        let report = try CatalogueReport(file: yaml, named: "f")
        #expect(report.errors.isEmpty && report.warnings.isEmpty, "\(report.errors + report.warnings)")
        #expect(try Catalogue(overlaying: yaml, named: "f")["deepinfra"]?.deeplyProbed(paying: true) == nil)
    }

    static let head = ProvidersCatalogueTests.head

    static let mistakes: [(yaml: String, problem: String)] = [
        ("{path: /c, body: x, method: POST, alive: {status: 200, when: {a: b}}}", "deep.cost is missing; add it"),
        ("{path: c, alive: {status: 200, when: {a: b}}}", "deep.path must begin with / and hold no space or #"),
        ("{path: /c, method: PUT, alive: {status: 200, when: {a: b}}}", "deep.method must be GET, or POST with a body"),
        ("{path: /c}", "deep.alive is missing; add it"),
        ("{path: /c, alive: {status: 200}}", "alive names no field of the body; add when"),
        (
            "{path: /c, sees_credit: true}",
            "unknown key \"sees_credit\" in deep; known are method, path, headers, body, cost, alive, rules, longest_answer"
        ),
        (
            "{path: /c, alive: {status: 200, when: {a: b}}, rules: [{status: 401, when: {code: no_such_key}, "
                + "finding: invalid, strength: specific}]}",
            "deep rule 1: a deep rule calls no key dead, so that a deep probe disables no more; move it to rules"
        ),
        (
            "{path: /c, alive: {status: 200, when: {a: b}}, rules: [{status: 402, finding: exhausted}, "
                + "{status: 402, when: {x: y}, finding: exhausted}, {status: 402, finding: restricted}]}",
            "deep rule 3 never holds, as deep rule 1 goes first and takes all its answers; remove one or make deep rule 1 "
                + "say more"
        ),
    ]

    @Test("Every mistake in a deep probe is reported", arguments: mistakes)
    func mistake(yaml: String, problem: String) throws {
        let errors = try CatalogueReport(file: Self.head + "    deep: \(yaml)\n", named: "f").errors
        #expect(errors.map(\.problem).contains(problem), "\(errors)")
    }

    @Test("A deep vector is tested with the deep probe and needs one; a deep probe without a vector is a warning")
    func vectors() throws {
        let deep = "    deep: {path: /c, alive: {status: 200, when: {left: {above: 0}}}}\n"
        let good = "    vectors: [{scenario: a, deep: true, status: 200, body: '{\"left\": 1}', finding: valid}]\n"
        let proved = try CatalogueReport(file: Self.head + deep + good, named: "f")
        #expect(proved.errors.isEmpty && proved.warnings.isEmpty, "\(proved.errors + proved.warnings)")
        let wrong = good.replacing("deep: true, ", with: "")
        let found = try CatalogueReport(file: Self.head + deep + wrong, named: "f")
        #expect(
            found.errors.map(\.problem) == [
                "vector \"a\" must be valid and is unrecognised by no rule; correct the rules or the vector"
            ])
        #expect(found.warnings.contains { $0.problem.hasPrefix("its deep probe has no answer vector") })
        let none = try CatalogueReport(file: Self.head + good, named: "f")
        #expect(
            none.errors.map(\.problem)
                == ["vector 1: the entry has no deep probe; add deep or remove it"])
    }
}
