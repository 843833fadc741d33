import KeyVigil
import Simulator
import Testing
import Vocabulary

@Suite(.serialized)
struct SimulatorBehaviourTests {
    @Test("A provider-wide scenario overrides its keys until it is lifted")
    func providerWide() async throws {
        let groq = try #require(try Catalogue()["groq"])
        let key = "gsk_" + String(repeating: "a", count: 52)
        try await Loopback.run(Scenarios(keys: ["groq": [key: .valid]])) { loopback in
            #expect(try await loopback.finding(groq, key: key) == .valid)
            try await loopback.simulator.set(provider: "groq", scenario: .down)
            #expect(try await loopback.finding(groq, key: key) == .providerError)
            try await loopback.simulator.set(provider: "groq", scenario: "cloudflare_html_block")
            #expect(try await loopback.finding(groq, key: key) == .egressBlocked)
            try await loopback.simulator.set(provider: "groq", scenario: nil)
            #expect(try await loopback.finding(groq, key: key) == .valid)
            try await loopback.simulator.set(provider: "groq", key: key, scenario: nil)
            #expect(try await loopback.finding(groq, key: key) == .invalid)
        }
    }

    @Test("A dropped connection gives no byte, a truncated answer only half of the promised ones")
    func broken() async throws {
        try await Loopback.run(Scenarios(providers: ["openai": .drop, "groq": .truncated])) { loopback in
            let base = "http://127.0.0.1:\(loopback.port)"
            let dropped = try await CurlProgram.run(["-i", "\(base)/openai/v1/models"])
            #expect(dropped.exit == 52 && dropped.output.isEmpty)
            let cut = try await CurlProgram.run(["-i", "\(base)/groq/openai/v1/models"])
            #expect(cut.exit == 18 && cut.output.contains("200"))
            let groq = try #require(try Catalogue()["groq"])
            let body = cut.output.split(separator: "\r\n\r\n").last ?? ""
            let half = Answer(status: 200, contentType: "application/json", body: Array(body.utf8))
            #expect(!body.isEmpty && groq.classify(half).finding == .unrecognised)
        }
    }

    @Test("A slow answer comes after its delay, and a client that does not wait gets none")
    func slow() async throws {
        let mistral = try #require(try Catalogue()["mistral"])
        try await Loopback.run(Scenarios(providers: ["mistral": "slow:0.3:server_error"])) { loopback in
            let start = ContinuousClock.now
            #expect(try await loopback.finding(mistral, key: "x") == .providerError)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
            try await loopback.simulator.set(provider: "mistral", scenario: "slow:60")
            let url = try loopback.url(mistral)
            #expect(try await CurlProgram.run([url], seconds: 1).exit == 28)
        }
    }

    @Test("A stopped simulator is unreachable, and stops without waiting for slow answers")
    func stopped() async throws {
        let openai = try #require(try Catalogue()["openai"])
        var kept: Loopback?
        let start = ContinuousClock.now
        try await Loopback.run(Scenarios(providers: ["openai": "slow:120"])) { loopback in
            kept = loopback
            let url = try loopback.url(openai)
            #expect(try await CurlProgram.run([url], seconds: 1).exit == 28)
        }
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(try await kept?.finding(openai, key: "x") == .unreachable)
    }

    @Test("A port in use is told of")
    func portInUse() async throws {
        try await Loopback.run { loopback in
            let second = try Simulator(port: loopback.port)
            let error = await #expect(throws: ScenarioError.self) { try await second.start() }
            #expect(error?.description == "port \(loopback.port) cannot be used; choose another")
        }
    }

    @Test("One connection serves many requests")
    func keepAlive() async throws {
        try await Loopback.run { loopback in
            let url = "http://127.0.0.1:\(loopback.port)/openai/v1/models"
            let many = (0..<5).flatMap { _ in ["-o", "/dev/null", url] }
            let result = try await CurlProgram.run(["-w", "%{num_connects} %{http_code};"] + many)
            #expect(result.output == "1 401;" + String(repeating: "0 401;", count: 4))
        }
    }

    @Test("Many requests at once are each answered by their own key's scenario")
    func concurrent() async throws {
        let provider = try #require(try Catalogue()["anthropic"])
        try await Loopback.run { loopback in
            let keys = try (0..<60).map { _ in try loopback.simulator.newKey(for: "anthropic") }
            for key in keys[..<30] {
                try await loopback.simulator.set(provider: "anthropic", key: key, scenario: .valid)
            }
            let findings = try await withThrowingTaskGroup(of: (Int, Finding).self) { group in
                for (index, key) in keys.enumerated() {
                    group.addTask { (index, try await loopback.finding(provider, key: key)) }
                }
                return try await group.reduce(into: [Int: Finding]()) { $0[$1.0] = $1.1 }
            }
            #expect((0..<30).allSatisfy { findings[$0] == .valid })
            #expect((30..<60).allSatisfy { findings[$0] == .invalid })
            #expect(await loopback.simulator.distinctKeyCount(provider: "anthropic") == 60)
        }
    }

    @Test("The log tells who asked what, and holds no key")
    func log() async throws {
        let google = try #require(try Catalogue()["google"])
        try await Loopback.run { loopback in
            let simulator = loopback.simulator
            let key = try simulator.newKey(for: "google", type: "auth")
            try await simulator.set(provider: "google", key: key, scenario: .valid)
            for _ in 0..<3 { _ = try await loopback.probe(google, key: key) }
            let last = try #require(await simulator.requests.last)
            #expect(last.provider == "google" && last.method == "GET" && last.path == "/v1beta/models")
            #expect(last.headerNames.contains("x-goog-api-key"))
            #expect(key.hasPrefix(last.keyPrefix) && last.keyPrefix.count == 8)
            #expect(await simulator.requestCount(provider: "google", key: key) == 3)
            #expect(await simulator.requestCount(provider: "google") == 3)
            #expect(await simulator.requestCount(provider: "google", key: "other") == 0)
            var printed = "\(simulator) \(await simulator.requests)"
            dump(simulator, to: &printed)
            dump(await simulator.requests, to: &printed)
            #expect(!printed.contains(key.dropFirst(9)))
        }
    }
}
