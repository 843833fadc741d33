import FlyingFox
import FlyingSocks
import Foundation
package import KeyVigil

/// Answers in place of every provider of a catalogue, on 127.0.0.1: each key gets the recorded answer of its scenario.
///
/// Provider P answers below `http://127.0.0.1:PORT/P`; its `base_url` is set to that. A key without a scenario gets the
/// provider's answer for an unknown key. No description of a simulator holds a key.
package final actor Simulator {
    private let providers: [String: SimulatedProvider]
    private let requestedPort: UInt16
    private var scenarios: Scenarios
    private var log = RequestLog()
    private var server: (http: HTTPServer, task: Task<Void, Never>)?

    /// A simulator that does not listen yet.
    ///
    /// - Parameters:
    ///   - port: 0 takes any free one.
    ///   - catalogue: keyvigil's own where none is given, with the vectors that came with it.
    /// - Throws: ``ScenarioError`` when a scenario names a provider or vector that does not exist.
    package init(
        scenarios: Scenarios = Scenarios(), port: UInt16 = 0, catalogue: Catalogue? = nil,
        vectors: [AnswerVector]? = nil
    ) throws {
        let vectors = try vectors ?? AnswerVector.embedded()
        let known = Set(vectors.map(\.provider))
        let simulated = try (catalogue ?? Catalogue()).providers.filter { known.contains($0.id) }
        providers = try Dictionary(
            uniqueKeysWithValues: simulated.map { ($0.id, try SimulatedProvider($0, vectors: vectors)) })
        requestedPort = port
        self.scenarios = scenarios
        for (id, scenario) in scenarios.providers { try provider(id).check(scenario) }
        for (id, keys) in scenarios.keys {
            let provider = try provider(id)
            for scenario in keys.values { try provider.check(scenario) }
        }
    }

    private nonisolated func provider(_ id: String) throws(ScenarioError) -> SimulatedProvider {
        guard let provider = providers[id] else { throw .unknownProvider(id) }
        return provider
    }

    /// Listens on 127.0.0.1 and returns the port once requests are answered.
    ///
    /// - Throws: ``ScenarioError/unusablePort(_:)``.
    package func start() async throws -> UInt16 {
        let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: requestedPort)
        let http = HTTPServer(
            address: address, timeout: 3700, logger: .disabled,
            handler: ClosureHTTPHandler { [weak self] request in
                try await self?.respond(to: request) ?? HTTPResponse(statusCode: .serviceUnavailable)
            })
        let task = Task { _ = try? await http.run() }
        server = (http, task)
        guard (try? await http.waitUntilListening()) != nil, case .ip4(_, let port) = await http.listeningAddress
        else {
            server = nil
            throw ScenarioError.unusablePort(requestedPort)
        }
        return port
    }

    /// Stops listening and closes the connections.
    package func stop() async {
        guard let (http, task) = server else { return }
        server = nil
        await http.stop()
        await task.value
    }

    /// Sets the answer that one key gets from now on; nil: the answer for an unknown key.
    package func set(provider: String, key: String, scenario: Scenario?) throws(ScenarioError) {
        let simulated = try self.provider(provider)
        if let scenario { try simulated.check(scenario) }
        scenarios.keys[provider, default: [:]][key] = scenario
    }

    /// Sets the answer that all keys of a provider get from now on; nil: each that of its own scenario again.
    package func set(provider: String, scenario: Scenario?) throws(ScenarioError) {
        let simulated = try self.provider(provider)
        if let scenario { try simulated.check(scenario) }
        scenarios.providers[provider] = scenario
    }

    /// A random key of the provider's usual shape, or that of `type`, such as Google's `auth`. It has no scenario yet.
    public nonisolated func newKey(for provider: String, type: String? = nil) throws(ScenarioError) -> String {
        var generator = SystemRandomNumberGenerator()
        let known = try self.provider(provider).provider
        if let key = known.madeUpKey(type: type, using: &generator) {
            return String(decoding: key, as: UTF8.self)
        }
        guard type == nil else { throw .unknownKeyType(provider: provider) }
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<40).map { _ in letters[Int.random(in: letters.indices, using: &generator)] })
    }

    /// The latest requests, at most 10 000, oldest first.
    package var requests: [LoggedRequest] { log.latest }

    /// How many requests the provider has received.
    package func requestCount(provider: String) -> Int { log.count(provider: provider) }

    /// How many requests the provider has received with this key.
    package func requestCount(provider: String, key: String) -> Int { log.count(provider: provider, key: key) }

    /// How many different keys the provider has received.
    package func distinctKeyCount(provider: String) -> Int { log.distinctKeys(provider: provider) }

    private func respond(to request: HTTPRequest) async throws -> HTTPResponse {
        let parts = request.path.dropFirst().split(separator: "/", maxSplits: 1)
        guard let id = parts.first.map(String.init), let simulated = providers[id] else {
            return HTTPResponse(statusCode: .notFound)
        }
        let key = simulated.key(in: request)
        let path = "/" + (parts.count > 1 ? String(parts[1]) : "")
        log.append(logged(request, to: simulated.provider, path: path, key: key), key: key)
        guard let probe = try await simulated.probe(of: request, at: path) else {
            return HTTPResponse(statusCode: .notFound)
        }
        return try await simulated.response(to: probe, scenarios.scenario(provider: id, key: key), key: key)
    }

    private func logged(
        _ request: HTTPRequest, to provider: Provider, path: String, key: String
    ) -> LoggedRequest {
        let display = Array(key.utf8).withUnsafeBytes { KeyDisplay(of: $0, shapes: provider.keyShapes) }
        return LoggedRequest(
            provider: provider.id, keyPrefix: display.prefix, method: request.method.rawValue, path: path,
            headerNames: request.headers.keys.map { $0.rawValue.lowercased() }.sorted(), time: Date())
    }
}

extension Simulator: CustomReflectable {
    /// Empty, so that `dump` shows no key.
    public nonisolated var customMirror: Mirror { Mirror(self, children: [:]) }
}
