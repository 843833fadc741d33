import Testing
import Vocabulary

@testable import KeyVigil

struct ProvidersReportTests {
    static let head = ProvidersCatalogueTests.head

    @Test("The shipped catalogue has no error and no warning, and every vector is tested")
    func builtIn() throws {
        let report = try CatalogueReport()
        #expect(report.errors.isEmpty && report.warnings.isEmpty, "\(report.errors + report.warnings)")
        #expect(report.providerCount == Known.ids.count)
        let forAny = Known.vectors.count { $0.provider == "any" }
        #expect(report.answerCount == Known.vectors.count - forAny + forAny * Known.ids.count)
    }

    @Test("Every problem of every entry is reported, with line and rule")
    func tellsAll() throws {
        let yaml = """
            providers:
              Bad:
                name: ""
                colour: red
                capabilities: cooking
                base_url: http://plain.example
                auth: {}
                probe: {path: me, alive: {status: 200}}
                rate_per_second: 0
                keys: [{length: 0}]
                rules:
                  - {status: 401, finding: invalid}
                  - {status: 429, finding: rateLimited, strength: specific}
                  - {status: 4x, finding: valid}
                  - {status: 200, finding: expired, strength: specific, when: {code: gone}}
                vectors: [{status: 401, finding: invalid, scenario: refused}]
              next: 3
            """
        let expected = [
            #"4: Bad: unknown key "colour"; known are "# + ProviderReader.keys.joined(separator: ", "),
            "3: Bad: a provider id is made of a-z, 0-9, _ and -; rename it",
            "3: Bad: name must be text",
            "3: Bad: console is missing; add it",
            "3: Bad: remediation is missing; add it",
            "5: Bad: capabilities must be one of "
                + "language, image, voice, translation, transcription, embedding, search, compute, observability",
            "3: Bad: base_url must begin with https://",
            "7: Bad: auth.header is missing; add it",
            "8: Bad: probe.path must begin with / and hold no space or #",
            "8: Bad: alive names no field of the body; add when",
            "12: Bad: rule 1: a dead rule needs strength: specific, ambiguous or never",
            "12: Bad: rule 1: a dead rule needs a machine-readable code or an exact message; add it under when",
            "13: Bad: rule 2: strength and confirm_over belong to dead findings; remove them",
            "14: Bad: rule 3: status must be a number, a range such as 500-599, or a list",
            "10: Bad: keys.length must be a number or a range such as 56-164",
            "9: Bad: rate_per_second must be a number above 0",
            "16: Bad: vector 1: a dead answer needs the strength it must get: specific, ambiguous or never",
            "17: next: the entry must be a mapping of " + ProviderReader.keys.joined(separator: ", "),
        ]
        let found = try CatalogueReport(file: yaml, named: "f").errors.map(\.description)
        #expect(Set(found) == Set(expected.map { "f:" + $0 }), "\(found.joined(separator: "\n"))")
        #expect(found.count == expected.count)
    }

    @Test("Each missing field of an empty entry is reported once")
    func emptyEntry() throws {
        let errors = try CatalogueReport(file: "providers:\n  acme: {}\n", named: "f").errors
        #expect(
            errors.map(\.problem)
                == ["name", "console", "remediation", "capabilities", "base_url", "auth", "probe"].map {
                    "\($0) is missing; add it"
                })
    }

    static let rules = """
            rules:
              - {status: 401, when: {code: bad_key}, finding: invalid, strength: specific}
              - {status: 403, when: {code: no_scope}, finding: restricted}

        """

    static let differences: [(vector: String, problem: String)] = [
        (
            "scenario: a, status: 401, body: '{\"code\": \"bad_key\"}', finding: restricted",
            "vector \"a\" must be restricted, and rule 1 would call the key dead (invalid); make the rule say more"
        ),
        (
            "scenario: a, status: 401, body: '{\"code\": \"x\"}', finding: invalid, strength: specific",
            "vector \"a\" must be invalid and is unrecognised by no rule; correct the rules or the vector"
        ),
        (
            "scenario: a, status: 403, body: '{\"code\": \"no_scope\"}', finding: egressBlocked",
            "vector \"a\" must be egressBlocked and is restricted by rule 2; correct the rules or the vector"
        ),
        (
            "scenario: a, status: 500, finding: unreachable",
            "vector \"a\" must be unreachable and is providerError by common rule 6; correct the rules or the vector"
        ),
        (
            "scenario: a, status: 200, body: '{\"id\": \"x\"}', finding: restricted",
            "vector \"a\" must be restricted and is valid by probe.alive; correct the rules or the vector"
        ),
        (
            "scenario: a, status: 401, body: '{\"code\": \"bad_key\"}', finding: invalid, strength: ambiguous",
            "vector \"a\" must be ambiguous and is specific; correct the rule or the vector"
        ),
    ]

    @Test("A vector with another finding is reported, with the rule that matched it", arguments: differences)
    func difference(vector: String, problem: String) throws {
        let yaml = Self.head + Self.rules + "    vectors: [{\(vector)}]\n"
        let report = try CatalogueReport(file: yaml, named: "f")
        #expect(report.errors.map(\.description) == ["f:13: acme: " + problem])
    }

    static let wrongVectors: [(vector: String, problem: String)] = [
        ("status: 401, finding: valid", "vector 1: scenario is missing; add it"),
        ("scenario: a, finding: valid", "vector 1: status is missing; add it"),
        ("scenario: a, status: 0, finding: valid", "vector 1: status must be a number from 100 to 999"),
        ("scenario: a, status: 200, finding: fine", nil),
        (
            "scenario: a, status: 200, finding: valid, strength: never",
            "vector 1: strength belongs to dead findings; remove it"
        ),
        (
            "scenario: a, status: 200, finding: valid, body: {a: b}",
            "vector 1: body must be text; put JSON into single quotes"
        ),
        (
            "scenario: a, status: 200, finding: valid}, {scenario: a, status: 200, finding: valid",
            "vector 2: \"a\" stands twice; rename one"
        ),
    ].map { ($0, $1 ?? "vector 1: finding must be one of " + Finding.allCases.map(\.rawValue).joined(separator: ", ")) }

    @Test("A vector that cannot be read is reported, and the entry is not used", arguments: wrongVectors)
    func wrongVector(vector: String, problem: String) throws {
        let yaml = Self.head + Self.rules + "    vectors: [{\(vector)}]\n"
        #expect(try CatalogueReport(file: yaml, named: "f").errors.map(\.description) == ["f:13: acme: " + problem])
        #expect(throws: CatalogueError.self) { try Catalogue(overlaying: yaml, named: "f") }
    }

    static let covered: [(rules: String, problem: String?)] = [
        ("{status: 403, finding: restricted}, {status: 403, finding: egressBlocked}", "rule 1 never holds, as rule 2"),
        ("{status: 400-499, finding: restricted}, {status: 402, finding: exhausted}", "rule 2 never holds, as rule 1"),
        ("{status: 402, finding: exhausted}, {status: 400-499, finding: restricted}", nil),
        (
            "{status: 403, when: {a: [x, y]}, finding: restricted}, {status: 403, when: {a: y}, finding: exhausted}",
            "rule 2 never holds, as rule 1"
        ),
        (
            "{status: 403, when: {a: x}, finding: restricted}, {status: 403, when: {a: [x, y]}, finding: exhausted}",
            nil
        ),
        (
            "{status: 403, when: {a: {type: string}}, finding: restricted}, "
                + "{status: 403, when: {a: 'no*'}, finding: exhausted}",
            "rule 2 never holds, as rule 1"
        ),
        (
            "{status: 403, when: {a: 'not *'}, finding: restricted}, "
                + "{status: 403, when: {a: not now}, finding: exhausted}",
            "rule 2 never holds, as rule 1"
        ),
        ("{status: 200, when: {id: x}, finding: exhausted}", "rule 1 never holds, as probe.alive"),
        ("{status: 404, finding: unrecognised}", nil),
        ("{status: 403, content: html, finding: restricted}, {status: 403, finding: exhausted}", nil),
        (
            "{status: 403, content: [html, text], finding: restricted}, "
                + "{status: 403, content: text, finding: exhausted}", "rule 2 never holds, as rule 1"
        ),
    ]

    @Test("A rule that an earlier one covers completely is an error, any other is not", arguments: covered)
    func coveredRule(rules: String, problem: String?) throws {
        let yaml = Self.head + "    rules: [\(rules)]\n"
        let errors = try CatalogueReport(file: yaml, named: "f").errors.map(\.description)
        #expect(errors.count == (problem == nil ? 0 : 1), "\(errors)")
        if let problem { #expect(errors.first?.hasPrefix("f:10: acme: \(problem)") == true, "\(errors)") }
    }

    @Test("An entry without vectors, and a dead rule without a vector, are warnings")
    func warnings() throws {
        let bare = try CatalogueReport(file: Self.head + Self.rules, named: "f")
        #expect(bare.errors.isEmpty)
        #expect(
            bare.warnings.map(\.description) == [
                "f:3: acme: it has no answer vector; put what it answers to a living and to a refused key under vectors"
            ])
        let half =
            Self.head + Self.rules
            + "    vectors: [{scenario: a, status: 200, body: '{\"id\": \"x\"}', finding: valid}]"
        #expect(
            try CatalogueReport(file: half, named: "f").warnings.map(\.description) == [
                "f:11: acme: rule 1 calls keys dead and no vector reaches it; add one under vectors"
            ])
    }

    @Test("An entry that replaces a shipped one is tested with the shipped vectors, unless it has its own")
    func replacing() throws {
        let yaml = Self.head.replacing("acme:", with: "groq:") + Self.rules
        let report = try CatalogueReport(file: yaml, named: "f")
        #expect(report.errors.contains { $0.problem.hasPrefix("vector \"invalid_key\" must be invalid") })
        #expect(report.errors.allSatisfy { $0.file == "vectors.json" && $0.entry == "groq" })
        let own = yaml + "    vectors: [{scenario: a, status: 403, finding: unrecognised}]"
        #expect(try CatalogueReport(file: own, named: "f").errors.isEmpty)
        #expect(try CatalogueReport(overlaying: own, named: "f").providerCount == Known.ids.count)
    }

    @Test("Vectors do not change the entry's hash")
    func hash() throws {
        let bare = try Catalogue(overlaying: Self.head, named: "f")["acme"]
        let more = Self.head + "    vectors: [{scenario: a, status: 403, finding: unrecognised}]"
        let proved = try Catalogue(overlaying: more, named: "f")["acme"]
        #expect(bare?.contentHash == proved?.contentHash && proved?.vectors.count == 1)
    }
}
