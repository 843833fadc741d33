import FlyingFox
import Foundation
import KeyVigil

/// The answers of one provider, ready to be played.
struct Play: Sendable {
    let provider: Provider
    private let vectors: [String: AnswerVector]
    private let valid: AnswerVector
    private let invalid: AnswerVector

    init(_ provider: Provider, vectors: [AnswerVector]) throws(ScenarioError) {
        let own = vectors.filter { $0.provider == provider.id || $0.provider == "any" }
        guard let valid = own.first(where: { $0.finding == .valid }),
            let invalid = own.first(where: { $0.finding == .invalid })
        else { throw ScenarioError(description: "\(provider.id) has no valid and invalid vector; add them") }
        self.provider = provider
        self.valid = valid
        self.invalid = invalid
        self.vectors = Dictionary(own.map { ($0.scenario, $0) }) { first, _ in first }
    }

    func check(_ scenario: Scenario) throws(ScenarioError) {
        guard let name = scenario.vectorName, vectors[name] == nil else { return }
        let known = vectors.keys.sorted().joined(separator: ", ")
        throw ScenarioError(description: "\(provider.id) has no scenario \(name); it has \(known)")
    }

    /// The key that the request carries in the provider's header, without the prefix before it.
    func key(in request: HTTPRequest) -> String {
        let value = request.headers[HTTPHeader(provider.authentication.header)] ?? ""
        let prefix = provider.authentication.valuePrefix
        return value.hasPrefix(prefix) ? String(value.dropFirst(prefix.count)) : ""
    }

    /// Whether `path`, without the provider's id, is the probe's.
    func isProbe(_ path: some StringProtocol) -> Bool {
        provider.probe.path.prefix { $0 != "?" } == path
    }

    func response(_ scenario: Scenario, key: String) async throws -> HTTPResponse {
        switch scenario {
        case .valid: response(valid, key: key)
        case .invalid: response(invalid, key: key)
        case .vector(let name): vectors[name].map { response($0, key: key) } ?? .init(statusCode: .notFound)
        case .down: HTTPResponse(statusCode: .serviceUnavailable)
        case .drop: .dropped
        case .truncated: truncated()
        case .slow(let delay, let then):
            try await late(delay, then, key: key)
        }
    }

    private func late(_ delay: Duration, _ then: Scenario, key: String) async throws -> HTTPResponse {
        try await Task.sleep(for: delay)
        return try await response(then, key: key)
    }

    private func response(_ vector: AnswerVector, key: String) -> HTTPResponse {
        guard !vector.isTransportFailure else { return .dropped }
        return HTTPResponse(
            statusCode: HTTPStatusCode(vector.status, phrase: "Simulated"), headers: headers(vector),
            body: Data(Echo.body(vector, key: key).utf8))
    }

    private func truncated() -> HTTPResponse {
        let body = Data(valid.body.utf8)
        return HTTPResponse(
            statusCode: .ok, headers: headers(valid),
            body: HTTPBodySequence(from: CutShort(first: body.prefix(body.count / 2)), count: body.count))
    }

    private func headers(_ vector: AnswerVector) -> HTTPHeaders {
        HTTPHeaders(Dictionary(vector.headers.map { (HTTPHeader($0.key), $0.value) }) { first, _ in first })
    }
}
