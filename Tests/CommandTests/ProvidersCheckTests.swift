import Foundation
import Testing

@Suite("Checking a catalogue", .serialized)
struct ProvidersCheckTests {
    @Test("The catalogue in use passes, with and without a catalogue of the operator")
    func effective() async throws {
        let machine = try await Machine()
        let own = try await machine.run("providers", "check")
        #expect(own.status == 0 && own.errors == "", "\(own)")
        #expect(own.output.hasPrefix("the catalogue is in order: 51 providers, "))
        try machine.home.write(ProvidersCommandTests.acme, to: "mine.yaml")
        try machine.write(settings: "mail: {none: true}\ncatalogue: HOME/mine.yaml\n")
        let both = try await machine.run("providers", "check")
        #expect(both.status == 0 && both.errors == "", "\(both)")
        #expect(both.output.hasPrefix("the catalogue is in order: 52 providers, "))
    }

    @Test("A file can be checked alone, before any setting names it")
    func file() async throws {
        let machine = try await Machine()
        let path = try machine.home.write(ProvidersCommandTests.acme, to: "mine.yaml")
        let checked = try await machine.run("providers", "check", path)
        #expect(checked.status == 0 && checked.errors == "", "\(checked)")
        #expect(checked.output == "the catalogue is in order: 1 provider, 5 answers, 0 warnings\n")
        let json = try await machine.run("providers", "check", path, "--json")
        #expect(json.output == #"{"providers":1,"vectors":5,"errors":[],"warnings":[]}"# + "\n")
    }

    static let bad =
        ProvidersCommandTests.acme
        .replacing("{code: bad_key}, finding: invalid, strength: ambiguous", with: "{code: null}, finding: invalid")
            + """
              birch:
                name: Birch
                console: https://birch.example/keys
                remediation: Make a new key. Store it here.
                capabilities: language
                base_url: https://api.birch.example
                auth: {header: X-Key}
                probe: {path: /me, alive: {status: 200, when: {id: {type: string}}}}
                rules:
                  - {status: 401, when: {code: [gone, bad_key]}, finding: revoked, strength: specific}
                  - {status: 401, when: {code: gone}, finding: revoked, strength: ambiguous}
                vectors:
                  - {scenario: limits, status: 401, body: '{"code": "gone"}', finding: rateLimited}
              cedar:
                name: Cedar
                console: https://cedar.example/keys
                remediation: Make a new key. Store it here.
                capabilities: language
                base_url: https://api.cedar.example
                auth: {header: X-Key}
                probe: {path: /me, alive: {status: 200, when: {id: {type: string}}}}

            """

    static let problems = [
        "error: FILE:12: acme: rule 1: a dead rule needs strength: specific, ambiguous or never",
        "error: FILE:12: acme: rule 1: a dead rule needs a machine-readable code or an exact message; "
            + "add it under when",
        "error: FILE:26: birch: rule 2 never holds, as rule 1 goes first and takes all its answers; "
            + "remove one or make rule 1 say more",
        "error: FILE:28: birch: vector \"limits\" must be rateLimited, and rule 1 would call the key dead (revoked); "
            + "make the rule say more",
    ]

    static let warnings = [
        "warning: FILE:26: birch: rule 2 calls keys dead and no vector reaches it; add one under vectors",
        "warning: FILE:30: cedar: it has no answer vector; "
            + "put what it answers to a living and to a refused key under vectors",
    ]

    @Test("Every problem of an invalid file is reported with line, entry, rule and what to do; the status is 65")
    func badFile() async throws {
        let machine = try await Machine()
        let path = try machine.home.write(Self.bad, to: "bad.yaml")
        let checked = try await machine.run("providers", "check", path)
        let summary = "keyvigil: 4 problems in 2 providers, 7 answers, 2 warnings"
        let expected = Self.warnings + Self.problems + [summary]
        #expect(
            checked.errors == expected.map { $0.replacing("FILE", with: path) + "\n" }.joined(), "\(checked.errors)")
        #expect(checked.status == 65)
        #expect(checked.output == "")
        let json = try await machine.run("providers", "check", path, "--json")
        #expect(json.status == 65)
        #expect((json.json["errors"] as? [String])?.count == 4)
        #expect(json.errors == summary + "\n")
    }

    @Test("If the settings name an invalid catalogue, this command ends with 65, not 78")
    func badSetting() async throws {
        let machine = try await Machine()
        try machine.home.write(Self.bad, to: "bad.yaml")
        try machine.write(settings: "mail: {none: true}\ncatalogue: HOME/bad.yaml\n")
        let checked = try await machine.run("providers", "check")
        #expect(checked.status == 65, "\(checked)")
        #expect(checked.errors.contains("keyvigil: 4 problems in 53 providers, "))
        #expect(try await machine.run("providers", "list").status == 78)
    }

    @Test(
        "A file that is missing, empty, not text or no catalogue gives status 65 and one reason",
        arguments: [
            (nil, "keyvigil: cannot read the catalogue FILE; it must be UTF-8 text"),
            ("", "error: FILE: the file is empty; add providers"),
            ("a: [", "error: FILE:2: this is no valid YAML; correct this line"),
            ("- 3", "error: FILE:1: the file must be a mapping of providers"),
            ("providers: {}", "error: FILE:1: providers is missing; add it"),
            ("providers:\n  \"a\\e[31m\": 3", "error: FILE:2: a\u{FFFD}[31m: the entry must be a mapping of name"),
        ] as [(String?, String)])
    func unusable(yaml: String?, reason: String) async throws {
        let machine = try await Machine()
        let path = machine.home.path("cat.yaml")
        if let yaml { try machine.home.write(yaml, to: "cat.yaml") }
        let checked = try await machine.run("providers", "check", path)
        #expect(checked.status == 65)
        #expect(checked.errors.hasPrefix(reason.replacing("FILE", with: path)), "\(checked.errors)")
        #expect(checked.output == "")
    }
}
