import FlyingFox
import Foundation
import KeyVigil

/// The answers of one provider, ready to be played.
struct Play: Sendable {
    let provider: Provider
    private let vectors: [String: AnswerVector]
    private let valid: AnswerVector
    private let invalid: AnswerVector
    /// The provider's other request, by which credit is proved, and the answer for a key that has some.
    private let deep: (provider: Provider, valid: AnswerVector)?

    init(_ provider: Provider, vectors: [AnswerVector]) throws(ScenarioError) {
        let own = vectors.filter { $0.provider == provider.id || $0.provider == "any" }
        guard let valid = own.first(where: { $0.finding == .valid && !$0.isDeep }),
            let invalid = own.first(where: { $0.finding == .invalid })
        else { throw ScenarioError(description: "\(provider.id) has no valid and invalid vector; add them") }
        self.provider = provider
        self.valid = valid
        self.invalid = invalid
        let deepValid = provider.deepProbe == nil ? nil : own.first { $0.finding == .valid && $0.isDeep }
        deep = deepValid.flatMap { valid in provider.deeplyProbed(paying: true).map { ($0, valid) } }
        self.vectors = Dictionary(own.map { ($0.scenario, $0) }) { first, _ in first }
    }

    func check(_ scenario: Scenario) throws(ScenarioError) {
        guard let name = scenario.vectorName, vectors[name] == nil else { return }
        let known = vectors.keys.sorted().joined(separator: ", ")
        throw ScenarioError(description: "\(provider.id) has no scenario \(name); it has \(known)")
    }

    /// The key that the request carries in the provider's header, without what stands before it.
    func key(in request: HTTPRequest) -> String {
        let value = request.headers[HTTPHeader(provider.authentication.header)] ?? ""
        let prefix = provider.authentication.valuePrefix
        guard value.hasPrefix(prefix) else { return "" }
        let key = String(value.dropFirst(prefix.count))
        return provider.authentication.user.map { password(in: key, of: $0) } ?? key
    }

    /// RFC 7617.
    private func password(in text: String, of user: String) -> String {
        let pair = Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return pair.hasPrefix("\(user):") ? String(pair.dropFirst(user.count + 1)) : ""
    }

    /// Whether `path`, without the provider's id, is the probe's, whatever stands in place of a parameter.
    private func isProbe(_ probe: Provider.Probe, _ path: some StringProtocol) -> Bool {
        let expected = probe.path.prefix { $0 != "?" }.split(separator: "/")
        let found = path.split(separator: "/")
        return expected.count == found.count
            && zip(expected, found).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && $0.hasSuffix("}")) }
    }

    /// Which probe of the provider's the request is; nil: none.
    func asking(_ request: HTTPRequest, at path: String) async throws -> Asking? {
        if try await isProbe(provider.probe, request, at: path) { return .ordinary }
        guard let deep, try await isProbe(deep.provider.probe, request, at: path) else { return nil }
        return .deep
    }

    /// A provider's two requests.
    enum Asking { case ordinary, deep }

    /// Whether the request is this probe: path, method, the headers beside the key's, and the body.
    private func isProbe(
        _ probe: Provider.Probe, _ request: HTTPRequest, at path: String
    ) async throws -> Bool {
        guard isProbe(probe, path), request.method.rawValue == probe.method else { return false }
        let isHeld = probe.headers.allSatisfy { name, value in
            request.headers[HTTPHeader(name)].map { $0 == value || value.contains("{") } ?? false
        }
        let body = try await request.bodyData
        return isHeld && body == Data((probe.body ?? "").utf8)
    }

    func response(_ scenario: Scenario, to asking: Asking, key: String) async throws -> HTTPResponse {
        switch scenario {
        case .valid: response(valid(asking), key: key)
        case .invalid: response(invalid, key: key)
        case .vector(let name):
            vectors[name].map { response(answer($0, to: asking), key: key) } ?? .init(statusCode: .notFound)
        case .down: HTTPResponse(statusCode: .serviceUnavailable)
        case .drop: .dropped
        case .truncated: truncated(valid(asking))
        case .slow(let delay, let then):
            try await late(delay, then, to: asking, key: key)
        }
    }

    private func valid(_ asking: Asking) -> AnswerVector { asking == .deep ? deep?.valid ?? valid : valid }

    /// A key of which only the deep probe tells that it is out of credit is a good one to the other; and the other way
    /// round a key that the ordinary probe calls valid has credit. Any other answer is given to both.
    private func answer(_ vector: AnswerVector, to asking: Asking) -> AnswerVector {
        let isOfTheOther = vector.isDeep ? asking == .ordinary : asking == .deep && vector.finding == .valid
        return isOfTheOther ? valid(asking) : vector
    }

    private func late(
        _ delay: Duration, _ then: Scenario, to asking: Asking, key: String
    ) async throws -> HTTPResponse {
        try await Task.sleep(for: delay)
        return try await response(then, to: asking, key: key)
    }

    private func response(_ vector: AnswerVector, key: String) -> HTTPResponse {
        guard !vector.isTransportFailure else { return .dropped }
        return HTTPResponse(
            statusCode: HTTPStatusCode(vector.status, phrase: "Simulated"), headers: headers(vector),
            body: Data(Echo.body(vector, key: key).utf8))
    }

    private func truncated(_ valid: AnswerVector) -> HTTPResponse {
        let body = Data(valid.body.utf8)
        return HTTPResponse(
            statusCode: .ok, headers: headers(valid),
            body: HTTPBodySequence(from: CutShort(first: body.prefix(body.count / 2)), count: body.count))
    }

    private func headers(_ vector: AnswerVector) -> HTTPHeaders {
        HTTPHeaders(Dictionary(vector.headers.map { (HTTPHeader($0.key), $0.value) }) { first, _ in first })
    }
}
