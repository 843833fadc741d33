import FlyingFox
import FlyingSocks
import Foundation
public import KeyVigil

/// Plays every provider of a catalogue on 127.0.0.1, from the answer vectors, by key.
///
/// Provider P answers below `http://127.0.0.1:PORT/P`, which is what its `base_url` is set to. Keys that no scenario
/// names are refused as unknown. Nothing printable of it holds a key.
public final actor Simulator {
    private let plays: [String: Play]
    private let requestedPort: UInt16
    private var scenarios: Scenarios
    private var log = RequestLog()
    private var server: (http: HTTPServer, task: Task<Void, Never>)?

    /// Makes one that is not yet listening. Port 0 takes any free port.
    ///
    /// Throws ``ScenarioError`` when a scenario names a provider or vector that is not there.
    public init(
        scenarios: Scenarios = Scenarios(), port: UInt16 = 0, catalogue: Catalogue? = nil,
        vectors: [AnswerVector]? = nil
    ) throws {
        let vectors = try vectors ?? AnswerVector.embedded()
        let known = Set(vectors.map(\.provider))
        let providers = try (catalogue ?? Catalogue()).providers.filter { known.contains($0.id) }
        plays = try Dictionary(uniqueKeysWithValues: providers.map { ($0.id, try Play($0, vectors: vectors)) })
        requestedPort = port
        self.scenarios = scenarios
        try Self.check(scenarios, plays)
    }

    private static func check(_ scenarios: Scenarios, _ plays: [String: Play]) throws(ScenarioError) {
        for (id, scenario) in scenarios.providers { try play(id, plays).check(scenario) }
        for (id, keys) in scenarios.keys {
            let play = try play(id, plays)
            for scenario in keys.values { try play.check(scenario) }
        }
    }

    private static func play(_ id: String, _ plays: [String: Play]) throws(ScenarioError) -> Play {
        guard let play = plays[id] else {
            throw ScenarioError(description: "there is no provider \(id); `keyvigil providers list` shows all")
        }
        return play
    }

    /// Listens on 127.0.0.1 and returns the port once requests are answered.
    public func start() async throws -> UInt16 {
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
            throw ScenarioError(description: "port \(requestedPort) cannot be used; choose another")
        }
        return port
    }

    /// Stops listening and closes the connections.
    public func stop() async {
        guard let (http, task) = server else { return }
        server = nil
        await http.stop()
        await task.value
    }

    /// Sets what one key meets from now on; nil: refused as unknown.
    public func set(provider: String, key: String, scenario: Scenario?) throws(ScenarioError) {
        let play = try Self.play(provider, plays)
        if let scenario { try play.check(scenario) }
        scenarios.keys[provider, default: [:]][key] = scenario
    }

    /// Sets what all keys of a provider meet from now on; nil: each its own scenario again.
    public func set(provider: String, scenario: Scenario?) throws(ScenarioError) {
        let play = try Self.play(provider, plays)
        if let scenario { try play.check(scenario) }
        scenarios.providers[provider] = scenario
    }

    /// A random key of the provider's usual shape (and type, such as Google's `auth`), known to nobody.
    public nonisolated func newKey(for provider: String, type: String? = nil) throws(ScenarioError) -> String {
        var generator = SystemRandomNumberGenerator()
        let play = try Self.play(provider, plays)
        if let key = play.provider.madeUpKey(type: type, using: &generator) {
            return String(decoding: key, as: UTF8.self)
        }
        guard type == nil else {
            throw ScenarioError(description: "\(provider) has no key shape of this type; add one to the catalogue")
        }
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<40).map { _ in letters[Int.random(in: letters.indices, using: &generator)] })
    }

    /// The latest requests, at most 10 000.
    public var requests: [LoggedRequest] { log.latest }

    /// How many requests the provider had.
    public func requestCount(provider: String) -> Int { log.count(provider: provider) }

    /// How many requests the provider had with this key.
    public func requestCount(provider: String, key: String) -> Int { log.count(provider: provider, key: key) }

    /// How many different keys the provider saw.
    public func distinctKeyCount(provider: String) -> Int { log.distinctKeys(provider: provider) }

    private func respond(to request: HTTPRequest) async throws -> HTTPResponse {
        let parts = request.path.dropFirst().split(separator: "/", maxSplits: 1)
        guard let id = parts.first.map(String.init), let play = plays[id] else {
            return HTTPResponse(statusCode: .notFound)
        }
        let key = play.key(in: request)
        let path = "/" + (parts.count > 1 ? String(parts[1]) : "")
        log.add(entry(request, play, path: path, key: key), key: key)
        guard let asking = try await play.asking(request, at: path) else {
            return HTTPResponse(statusCode: .notFound)
        }
        return try await play.response(scenarios.scenario(provider: id, key: key), to: asking, key: key)
    }

    private func entry(_ request: HTTPRequest, _ play: Play, path: String, key: String) -> LoggedRequest {
        let display = Array(key.utf8).withUnsafeBytes { KeyDisplay(of: $0, shapes: play.provider.keyShapes) }
        return LoggedRequest(
            provider: play.provider.id, keyPrefix: display.prefix, method: request.method.rawValue, path: path,
            headerNames: request.headers.keys.map { $0.rawValue.lowercased() }.sorted(), time: Date())
    }
}

extension Simulator: CustomReflectable {
    /// Nothing, so that `dump` shows no key.
    public nonisolated var customMirror: Mirror { Mirror(self, children: [:]) }
}
