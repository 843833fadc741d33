import Foundation
import FoundationNetworking
import KeyVigil
import Simulator
import Vocabulary

/// A running simulator and a plain HTTP client of Foundation's that follows no redirects.
struct Loopback {
    let simulator: Simulator
    let port: UInt16
    private let session = URLSession(
        configuration: .ephemeral, delegate: StayHere(), delegateQueue: nil)

    /// Runs `body` against a simulator that listens, and stops it afterwards.
    static func run(
        _ scenarios: Scenarios = Scenarios(), _ body: (Loopback) async throws -> Void
    ) async throws {
        let simulator = try Simulator(scenarios: scenarios)
        let loopback = Loopback(simulator: simulator, port: try await simulator.start())
        do { try await body(loopback) } catch {
            await simulator.stop()
            throw error
        }
        await simulator.stop()
    }

    private init(simulator: Simulator, port: UInt16) {
        self.simulator = simulator
        self.port = port
    }

    func url(_ provider: Provider) throws -> String {
        let values = provider.parameters.map { ($0.name, $0.values?.keys.min() ?? "contoso") }
        return try provider.endpoint(
            baseURL: "http://127.0.0.1:\(port)/\(provider.id)", parameters: Dictionary(uniqueKeysWithValues: values))
    }

    /// The answer to the provider's probe with this key; nil where no whole answer came.
    func probe(_ provider: Provider, key: String) async throws -> Answer? {
        guard let url = URL(string: try url(provider)) else { return nil }
        var request = URLRequest(url: url)
        let authentication = provider.authentication
        let sent = authentication.user.map { Data("\($0):\(key)".utf8).base64EncodedString() } ?? key
        request.setValue(authentication.valuePrefix + sent, forHTTPHeaderField: authentication.header)
        for (name, value) in provider.probe.headers { request.setValue(value, forHTTPHeaderField: name) }
        request.httpMethod = provider.probe.method
        request.httpBody = provider.probe.body.map { Data($0.utf8) }
        guard let (body, response) = try? await session.data(for: request),
            let http = response as? HTTPURLResponse
        else { return nil }
        let pairs = http.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
        return Answer(
            status: http.statusCode, headers: Dictionary(pairs) { first, _ in first }, body: Array(body))
    }

    func finding(_ provider: Provider, key: String) async throws -> Finding {
        let answer = try await probe(provider, key: key)
        return (answer.map(provider.classify) ?? .unreachable).finding
    }

    private final class StayHere: NSObject, URLSessionTaskDelegate {
        func urlSession(
            _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
            newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
        ) {
            completionHandler(nil)
        }
    }
}
