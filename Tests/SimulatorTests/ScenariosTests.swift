import Simulator
import Testing

struct ScenariosTests {
    @Test(
        "A file of scenarios may be YAML or JSON",
        arguments: [
            "providers: {groq: down}\nkeys:\n  openai:\n    sk-A: valid\n    sk-B: slow:2:account_deactivated\n",
            #"{"providers":{"groq":"down"},"keys":{"openai":{"sk-A":"valid","sk-B":"slow:2:account_deactivated"}}}"#,
        ])
    func reads(text: String) throws {
        let scenarios = try Scenarios(yaml: text, named: "s.yaml")
        #expect(scenarios.providers == ["groq": .down])
        #expect(scenarios.keys["openai"] == ["sk-A": .valid, "sk-B": .slow(.seconds(2), "account_deactivated")])
        #expect(throws: Never.self) { try Simulator(scenarios: scenarios) }
    }

    @Test(
        "A malformed file says what to write and repeats nothing of it",
        arguments: [
            "keys: [sk-SECRET]", "key: {openai: {sk-SECRET: valid}}", "keys: {openai: {sk-SECRET: 'slow:x'}}", "[",
        ])
    func malformed(text: String) {
        let error = #expect(throws: ScenarioError.self) { try Scenarios(yaml: text, named: "s.yaml") }
        #expect(error?.description == "s.yaml: write providers: and keys: with scenarios")
    }

    @Test("A scenario that is not there is refused before anything listens")
    func unknown() {
        let provider = #expect(throws: ScenarioError.self) {
            try Simulator(scenarios: .init(providers: ["acme": .valid]))
        }
        #expect(provider == .unknownProvider("acme"))
        let name = #expect(throws: ScenarioError.self) {
            try Simulator(scenarios: .init(keys: ["sarvam": ["sk_x": "slow:1:nonsense"]]))
        }
        #expect(name?.description.hasPrefix("sarvam has no scenario nonsense; it has ") == true)
        #expect(name?.description.contains("sk_x") == false)
    }

    @Test("Nothing printable of a table shows a key")
    func unprintable() {
        let scenarios = Scenarios(keys: ["openai": ["sk-SECRET": .valid]])
        var printed = "\(scenarios) \(String(reflecting: scenarios))"
        dump(scenarios, to: &printed)
        #expect(!printed.contains("SECRET"))
    }
}
