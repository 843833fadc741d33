import Testing
import Vocabulary

@testable import KeyVigil

struct ProvidersCatalogueTests {
    static let head = """
        providers:
          acme:
            name: Acme
            console: https://acme.example/keys
            remediation: Make a new key. Store it here.
            capabilities: language
            base_url: https://api.acme.example
            auth: {header: X-Key}
            probe: {path: /me, alive: {status: 200, when: {id: {type: string}}}}

        """

    @Test("An operator's file adds a provider to the shipped ones")
    func adds() throws {
        let yaml = Self.rule("status: 401, when: {code: bad_key}, finding: invalid, strength: specific")
        let catalogue = try Catalogue(overlaying: yaml, named: "mine.yaml")
        let acme = try #require(catalogue["acme"])
        #expect(catalogue.providers.count == Known.ids.count + 1)
        #expect(acme.hasDeadRule)
        #expect(acme.isHostFixed)
        let refusal = Answer(status: 401, contentType: "application/json", body: Array(#"{"code":"bad_key"}"#.utf8))
        #expect(acme.classify(refusal).finding == .invalid)
        #expect(acme.classify(Answer(status: 503)).finding == .providerError)
        #expect(try CatalogueReport(file: yaml, named: "mine.yaml").errors.isEmpty)
    }

    @Test("An operator's entry with a known id replaces the whole shipped entry")
    func replaces() throws {
        let yaml = Self.head.replacing("acme:", with: "groq:")
        let catalogue = try Catalogue(overlaying: yaml, named: "mine.yaml")
        #expect(catalogue.providers.count == Known.ids.count)
        #expect(catalogue["groq"]?.name == "Acme")
        #expect(catalogue["groq"]?.hasDeadRule == false)
    }

    static let mistakes: [(yaml: String, message: String)] = [
        ("", "mine.yaml: the file is empty; add providers"),
        ("a: [", "mine.yaml:2: this is no valid YAML; correct this line"),
        ("common: {}", #"mine.yaml:1: unknown key "common"; known are providers"#),
        (
            "providers:\n  acme: 3",
            "mine.yaml:2: acme: the entry must be a mapping of "
                + "name, planned, console, remediation, capabilities, base_url, parameters, auth, probe, deep, answers, rules, keys, "
                + "rate_per_second, tenant_rate_per_second, vectors"
        ),
        (
            head.replacing("acme:", with: "Acme:"),
            "mine.yaml:3: Acme: a provider id is made of a-z, 0-9, _ and -; rename it"
        ),
        (
            head + "    rate_per_minute: 3",
            "mine.yaml:10: acme: unknown key \"rate_per_minute\"; known are "
                + "name, planned, console, remediation, capabilities, base_url, parameters, auth, probe, deep, answers, rules, keys, "
                + "rate_per_second, tenant_rate_per_second, vectors"
        ),
        (head + "    rate_per_second: -1", "mine.yaml:10: acme: rate_per_second must be a number above 0"),
        (head.replacing("https://api", with: "http://api"), "mine.yaml:3: acme: base_url must begin with https://"),
        (head.replacing("    name: Acme\n", with: ""), "mine.yaml:3: acme: name is missing; add it"),
        (
            head.replacing("path: /me", with: "path: me"),
            "mine.yaml:9: acme: probe.path must begin with / and hold no space or #"
        ),
        (
            head.replacing("path: /me", with: "path: /me, method: POST"),
            "mine.yaml:9: acme: probe.method must be GET, or POST with a body"
        ),
        (
            head.replacing("path: /me", with: "path: /me, body: '{}'"),
            "mine.yaml:9: acme: probe.method must be GET, or POST with a body"
        ),
        (
            head + "    parameters: [{name: region, part: host, values: [EU]}]",
            "mine.yaml:10: acme: parameters.values must be made of a-z, 0-9, - and ."
        ),
        (
            head + "    parameters: [{name: region, part: path, values: {eu: eu/..}}]",
            "mine.yaml:10: acme: parameters.values must be made of a-z, 0-9, - and ."
        ),
        (
            rule("status: 200, when: {credit: {at_most: none}}, finding: exhausted"),
            "mine.yaml:10: acme: rule 1: when.at_most must be a number"
        ),
        (
            head.replacing(", when: {id: {type: string}}", with: ""),
            "mine.yaml:9: acme: alive names no field of the body; add when"
        ),
        (
            head.replacing("language", with: "cooking"),
            "mine.yaml:6: acme: capabilities must be one of "
                + "language, image, voice, translation, transcription, embedding, search, compute, observability"
        ),
        ("providers: {}", "mine.yaml:1: providers is missing; add it"),
        (
            head.replacing("id: {type: string}", with: "id: null"),
            "mine.yaml:9: acme: alive names no field of the body; add when"
        ),
        (
            rule("status: 401, when: {code: [a, null]}, finding: restricted"),
            "mine.yaml:10: acme: rule 1: null in a list matches nothing; write a rule of its own for it"
        ),
        (
            rule("status: 401, when: {code: a}, content: html, finding: restricted"),
            "mine.yaml:10: acme: rule 1: fields under when are read from JSON only; "
                + "add json to content or remove one of them"
        ),
        (rule("status: 401"), "mine.yaml:10: acme: rule 1: finding is missing; add it"),
        (
            head + "    rules: [401]",
            "mine.yaml:10: acme: rule 1 must be a mapping of "
                + "status, content, text, when, finding, strength, confirm_over"
        ),
        (
            rule("status: 401, when: {a..b: x}, finding: valid"),
            #"mine.yaml:10: acme: rule 1: "a..b" is no JSON path; write names joined by dots, [] after a list"#
        ),
        (
            rule("status: 5, finding: invalid, strength: specific, when: {code: bad_key}"),
            "mine.yaml:10: acme: rule 1: status must be a number, a range such as 500-599, or a list"
        ),
        (
            rule("status: 401, finding: invalid, when: {code: bad_key}"),
            "mine.yaml:10: acme: rule 1: a dead rule needs strength: specific, ambiguous or never"
        ),
        (
            rule("status: 429, finding: rateLimited, strength: specific"),
            "mine.yaml:10: acme: rule 1: strength and confirm_over belong to dead findings; remove them"
        ),
        (
            rule("status: 401, finding: invalid, strength: specific, confirm_over: 35, when: {code: bad_key}"),
            "mine.yaml:10: acme: rule 1: confirm_over must be a number with d, h, m or s, such as 35d"
        ),
        (
            rule("status: 400-499, finding: invalid, strength: specific, when: {code: bad_key}"),
            "mine.yaml:10: acme: rule 1: a dead rule needs its exact statuses, each 200 or 4xx and not 429"
        ),
        (
            rule("status: 429, finding: invalid, strength: specific, when: {code: bad_key}"),
            "mine.yaml:10: acme: rule 1: a dead rule needs its exact statuses, each 200 or 4xx and not 429"
        ),
    ]

    static func rule(_ text: String) -> String { head + "    rules: [{\(text)}]" }

    @Test("Every mistake in a catalogue is reported with file, line, entry and what to do", arguments: mistakes)
    func mistake(yaml: String, message: String) throws {
        #expect(try CatalogueReport(file: yaml, named: "mine.yaml").errors.map(\.description) == [message])
        #expect(throws: CatalogueError.self) { try Catalogue(overlaying: yaml, named: "mine.yaml") }
    }

    @Test(
        "A dead rule without a machine-readable code or exact message is refused",
        arguments: [
            "", "when: {code: null},", "when: {code: {type: string}},", "when: {code: \"401\"},", "when: {code: 401},",
            "when: {message: \"*\"},", "when: {message: \"*key*\"},", "when: {code: [bad_key, \"*\"]},",
            "when: {disabled: false},", "content: json,", "text: \"your key is refused\",",
        ])
    func nothingExact(condition: String) throws {
        let yaml = Self.rule("status: 401, \(condition) finding: invalid, strength: specific")
        let expected =
            "mine.yaml:10: acme: rule 1: a dead rule needs a machine-readable code or an exact message; add it under when"
        #expect(try CatalogueReport(file: yaml, named: "mine.yaml").errors.map(\.description) == [expected])
    }

    @Test("The content hash ignores layout and changes with a rule")
    func contentHash() throws {
        func hash(_ yaml: String) throws -> String? {
            try Catalogue(overlaying: yaml, named: "f")["acme"]?.contentHash
        }
        let yaml = Self.head + "    rate_per_second: 3\n"
        #expect(
            try hash(yaml)
                == hash("# a comment\n" + yaml.replacing("{header: X-Key}", with: "\n      header: \"X-Key\"")))
        #expect(try hash(yaml) != hash(yaml.replacing("3", with: "4")))
        #expect(try Set(Known.catalogue().providers.map(\.contentHash)).count == Known.ids.count)
        #expect(try hash(yaml)?.count == 16)
    }

    @Test("A rule is described in one line")
    func ruleDescription() throws {
        let lines = try Known.provider("mistral").rules.map(\.description)
        #expect(lines.contains(#"401, detail = "Unauthorized": invalid, ambiguous"#))
        #expect(lines.contains("402, message is string: exhausted"))
        #expect(lines.contains("500-599: providerError"))
    }

    @Test("Every provider of the catalogue has the fields that mails and controls need", arguments: Known.ids)
    func complete(id: String) throws {
        let provider = try Known.provider(id)
        #expect(provider.consoleURL.hasPrefix("https://"))
        #expect(provider.remediationSteps.count == 2 && provider.remediationSteps.allSatisfy { $0.hasSuffix(".") })
        #expect(provider.hasDeadRule && provider.tenantRatePerSecond == 1)
        #expect(provider.ratePerSecond <= 20)
        let isTenants = id.hasPrefix("databricks") || id == "azure_openai"
        #expect(provider.isHostFixed == !isTenants)
        #expect(provider.keptHeaders.contains("retry-after"))
        #expect(provider.remediationSteps.joined().count <= 200)
        #expect(provider.isProbeAllowed == !provider.probe.isPaid)
    }

    @Test(
        "The nine main providers are probed 20 times a second by GET, and two of the probes see credit",
        arguments: Known.nine)
    func nine(id: String) throws {
        let provider = try Known.provider(id)
        #expect(provider.ratePerSecond == 20)
        #expect(!provider.probe.isPaid)
        #expect(provider.canDisable)
        #expect(provider.probe.seesCredit == ["deepseek", "elevenlabs"].contains(id))
    }

    @Test("A probe that is a POST or costs money is sent only if the operator allows it")
    func paid() throws {
        let paid = ["bhashini", "dashscope", "jina", "perplexity", "qianfan", "sambanova", "voyage", "wandb"]
        #expect(Known.ids.filter { (try? Known.provider($0))?.isProbeAllowed == false } == paid)
        let allowed = try Known.catalogue().allowingPaidProbes(true)
        #expect(allowed.providers.allSatisfy { $0.isProbeAllowed })
        #expect(allowed.allowingPaidProbes(false)["voyage"]?.isProbeAllowed == false)
    }

    @Test("A dead rule that never disables may rest on the status alone")
    func bareNever() throws {
        let yaml = Self.rule("status: 401, content: [json, empty], finding: invalid, strength: never")
        let acme = try #require(try Catalogue(overlaying: yaml, named: "f")["acme"])
        #expect(acme.hasDeadRule && !acme.canDisable)
        let answer = Answer(status: 401, contentType: "application/json", body: Array("{}".utf8))
        #expect(acme.classify(answer).finding == .invalid && acme.classify(answer).strength == .never)
        #expect(acme.classify(Answer(status: 401, contentType: "text/html", body: [0x3C])).finding == .unrecognised)
    }

    @Test(
        "A balance is compared as a number, also where it is written as text",
        arguments: [
            ("0", Finding.exhausted), ("-0.5", .exhausted), ("\"0\"", .exhausted), ("\"-1.25\"", .exhausted),
            ("0.01", .valid), ("\"3\"", .valid), ("null", .unrecognised), ("\"none\"", .unrecognised),
            ("\"nan\"", .unrecognised), ("\"inf\"", .unrecognised), ("true", .unrecognised), ("[]", .unrecognised),
        ])
    func balance(json: String, finding: Finding) throws {
        let yaml =
            Self.head.replacing("id: {type: string}", with: "credit: {above: 0}")
            + "    rules: [{status: 200, when: {credit: {at_most: 0}}, finding: exhausted}]"
        let acme = try #require(try Catalogue(overlaying: yaml, named: "f")["acme"])
        let answer = Answer(status: 200, contentType: "application/json", body: Array("{\"credit\": \(json)}".utf8))
        #expect(acme.classify(answer).finding == finding)
        #expect(acme.rules.map(\.description).contains("200, credit <= 0: exhausted"))
    }

    @Test(
        "A condition can test a list by [] and by a name in its elements",
        arguments: [
            ("[]", "[]: {type: array}", true), ("[1]", "[]: {type: array}", true), ("{}", "[]: {type: array}", false),
            ("[{\"id\": \"a\"}]", "[].id: {type: string}", true), ("[]", "[].id: {type: string}", false),
            ("[{\"id\": 1}]", "[].id: {type: string}", false), ("{\"id\": \"a\"}", "[].id: {type: string}", false),
        ])
    func list(body: String, condition: String, isAlive: Bool) throws {
        let quoted = condition.split(separator: ": ", maxSplits: 1).joined(separator: "\": ")
        let yaml = Self.head.replacing("id: {type: string}", with: "\"" + quoted)
        let acme = try #require(try Catalogue(overlaying: yaml, named: "f")["acme"])
        let answer = Answer(status: 200, contentType: "application/json", body: Array(body.utf8))
        #expect(acme.classify(answer).finding == (isAlive ? .valid : .unrecognised))
    }
}
