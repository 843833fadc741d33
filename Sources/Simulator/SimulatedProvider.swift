import FlyingFox
import Foundation
import KeyVigil

/// One provider's side of a probe: recognises its requests and answers them from its vectors.
struct SimulatedProvider: Sendable {
    let provider: Provider
    private let vectors: [String: AnswerVector]
    private let valid: AnswerVector
    private let invalid: AnswerVector
    /// The request that shows whether the account has credit, and the answer for a key that has; nil where there is none.
    private let deep: (provider: Provider, valid: AnswerVector)?

    /// Takes the provider's vectors, and those for any provider, from `vectors`.
    ///
    /// Throws ``ScenarioError`` where there is none for a valid or for an invalid key.
    init(_ provider: Provider, vectors: [AnswerVector]) throws(ScenarioError) {
        let own = vectors.filter { $0.provider == provider.id || $0.provider == "any" }
        guard let valid = own.first(where: { $0.finding == .valid && !$0.isDeep }),
            let invalid = own.first(where: { $0.finding == .invalid })
        else { throw .missingVectors(provider: provider.id) }
        self.provider = provider
        self.valid = valid
        self.invalid = invalid
        let deepValid = provider.deepProbe == nil ? nil : own.first { $0.finding == .valid && $0.isDeep }
        deep = deepValid.flatMap { valid in provider.deeplyProbed(paying: true).map { ($0, valid) } }
        self.vectors = Dictionary(own.map { ($0.scenario, $0) }) { first, _ in first }
    }

    /// Refuses a scenario that names a vector which the provider does not have.
    func check(_ scenario: Scenario) throws(ScenarioError) {
        guard let name = scenario.vectorName, vectors[name] == nil else { return }
        throw .unknownScenario(name, provider: provider.id, known: vectors.keys.sorted())
    }
}

extension SimulatedProvider {
    /// The probes of a provider that has two.
    enum Probe { case ordinary, deep }

    /// Which of the provider's probes the request is, below the provider's own path; nil: neither.
    func probe(of request: HTTPRequest, at path: String) async throws -> Probe? {
        if try await matches(request, of: provider.probe, at: path) { return .ordinary }
        guard let deep, try await matches(request, of: deep.provider.probe, at: path) else { return nil }
        return .deep
    }

    /// The key in the request's authentication header; empty where there is none.
    func key(in request: HTTPRequest) -> String {
        let value = request.headers[HTTPHeader(provider.authentication.header)] ?? ""
        let prefix = provider.authentication.valuePrefix
        guard value.hasPrefix(prefix) else { return "" }
        let credentials = String(value.dropFirst(prefix.count))
        return provider.authentication.user.map { password(of: $0, in: credentials) } ?? credentials
    }

    /// Basic authentication (RFC 7617): Base64 of `USER:PASSWORD`.
    private func password(of user: String, in credentials: String) -> String {
        let pair = Data(base64Encoded: credentials).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return pair.hasPrefix("\(user):") ? String(pair.dropFirst(user.count + 1)) : ""
    }

    /// Compares path, method, body, and the headers other than the key's.
    private func matches(_ request: HTTPRequest, of probe: Provider.Probe, at path: String) async throws -> Bool {
        guard isPath(path, of: probe), request.method.rawValue == probe.method else { return false }
        let hasHeaders = probe.headers.allSatisfy { name, value in
            request.headers[HTTPHeader(name)].map { $0 == value || value.contains("{") } ?? false
        }
        let body = try await request.bodyData
        return hasHeaders && body == Data((probe.body ?? "").utf8)
    }

    /// Any value may stand in place of a parameter.
    private func isPath(_ path: String, of probe: Provider.Probe) -> Bool {
        let expected = probe.path.prefix { $0 != "?" }.split(separator: "/")
        let found = path.split(separator: "/")
        return expected.count == found.count
            && zip(expected, found).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && $0.hasSuffix("}")) }
    }
}

extension SimulatedProvider {
    /// The answer of `scenario` to a probe with `key`.
    func response(to probe: Probe, _ scenario: Scenario, key: String) async throws -> HTTPResponse {
        switch scenario {
        case .valid: return response(validAnswer(to: probe), key: key)
        case .invalid: return response(invalid, key: key)
        case .vector(let name):
            guard let vector = vectors[name] else { return HTTPResponse(statusCode: .notFound) }
            return response(answer(to: probe, vector), key: key)
        case .down: return HTTPResponse(statusCode: .serviceUnavailable)
        case .drop: return .dropped
        case .truncated: return truncated(validAnswer(to: probe))
        case .slow(let delay, let then):
            try await Task.sleep(for: delay)
            return try await response(to: probe, then, key: key)
        }
    }

    private func validAnswer(to probe: Probe) -> AnswerVector { probe == .deep ? deep?.valid ?? valid : valid }

    /// The two probes agree on a key but for its credit: where `vector` is the deep probe's, the ordinary probe finds the
    /// key valid; where `vector` says valid, the deep probe finds credit.
    private func answer(to probe: Probe, _ vector: AnswerVector) -> AnswerVector {
        let isOfOtherProbe = vector.isDeep ? probe == .ordinary : probe == .deep && vector.finding == .valid
        return isOfOtherProbe ? validAnswer(to: probe) : vector
    }

    private func response(_ vector: AnswerVector, key: String) -> HTTPResponse {
        guard !vector.isTransportFailure else { return .dropped }
        return HTTPResponse(
            statusCode: HTTPStatusCode(vector.status, phrase: "Simulated"), headers: headers(vector),
            body: Data(KeyEcho.body(of: vector, key: key).utf8))
    }

    private func truncated(_ valid: AnswerVector) -> HTTPResponse {
        let body = Data(valid.body.utf8)
        return HTTPResponse(
            statusCode: .ok, headers: headers(valid),
            body: HTTPBodySequence(from: TruncatedBody(sent: body.prefix(body.count / 2)), count: body.count))
    }

    private func headers(_ vector: AnswerVector) -> HTTPHeaders {
        HTTPHeaders(Dictionary(vector.headers.map { (HTTPHeader($0.key), $0.value) }) { first, _ in first })
    }
}
