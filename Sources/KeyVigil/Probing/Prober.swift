package import Curl
package import Foundation
package import Secrets
package import Vocabulary

/// Makes requests from keys and observations from answers. Keeps a request template for each endpoint and the last
/// answers of each provider. It is not `Sendable`, so each task has its own.
package final class Prober {
    private let catalogue: Catalogue
    private let overrides: [String: ProviderOverride]
    private let timeout: Duration
    private var templates: [Endpoint: Template] = [:]
    /// The template that was used last: mostly the next request uses it again.
    private var latest: (endpoint: Endpoint, template: Template)?
    private var memory = AnswerCache()

    private struct Endpoint: Hashable {
        let provider: String
        let params: String
    }

    private typealias Template = (request: RequestTemplate, opening: SecretHeader.Opening)

    /// The most templates that are kept: tenants may have hosts of their own.
    private static let mostTemplates = 1000

    /// A prober without any template yet.
    ///
    /// - Parameter timeout: for one whole exchange.
    package init(catalogue: Catalogue, overrides: [String: ProviderOverride] = [:], timeout: Duration = .seconds(20)) {
        self.catalogue = catalogue
        self.overrides = overrides
        self.timeout = timeout
    }

    /// The request that probes this key.
    ///
    /// - Parameters:
    ///   - params: endpoint parameters as canonical JSON.
    ///   - key: the key to send; nil sends none.
    /// - Throws: ``EndpointError`` for parameters that make no URL, ``InvalidHeader`` for a key with forbidden bytes.
    package func request(
        tag: Int, provider: Provider, params: String, key: SecretBytes?, freshConnection: Bool = false
    ) throws -> HTTPRequest {
        let template = try template(for: provider, params: params)
        guard let key else {
            return HTTPRequest(tag: tag, template: template.request, freshConnection: freshConnection)
        }
        let secret = provider.authentication.user.map { key.base64(after: "\($0):") } ?? key
        let header = try secret.withBytes { try SecretHeader(template.opening, secret: $0) }
        return HTTPRequest(tag: tag, template: template.request, secret: header, freshConnection: freshConnection)
    }

    /// What the completed request shows. Codes that could hold part of the key are replaced (ruling 25).
    ///
    /// - Parameter classifier: the rules of the provider that was asked.
    package func observation(
        _ completion: Completion, by classifier: Classifier, key: SecretBytes, at date: Date
    ) -> Observation {
        switch completion.result {
        case .success(let response):
            let answer = Answer(
                status: response.status, contentType: response.contentType, headers: response.headers,
                body: response.body, receivedAt: date)
            return Observation(
                key.withBytes { memory.classify(answer, by: classifier, withholding: $0) }, httpStatus: response.status,
                latency: completion.latency, at: date)
        case .failure(let failure):
            return Observation(
                failure.classification, httpStatus: nil, latency: completion.latency, at: date,
                note: failure.note)
        }
    }

    private func template(for provider: Provider, params: String) throws -> Template {
        let endpoint = Endpoint(provider: provider.id, params: params)
        if let latest, latest.endpoint == endpoint { return latest.template }
        let found = try templates[endpoint] ?? makeTemplate(at: endpoint, provider)
        latest = (endpoint, found)
        return found
    }

    private func makeTemplate(at endpoint: Endpoint, _ provider: Provider) throws -> Template {
        if templates.count >= Self.mostTemplates { templates.removeAll(keepingCapacity: true) }
        let authentication = provider.authentication
        let made = (
            request: try makeRequest(to: provider, params: endpoint.params),
            opening: try SecretHeader.Opening(name: authentication.header, prefix: authentication.valuePrefix)
        )
        templates[endpoint] = made
        return made
    }

    private func makeRequest(to provider: Provider, params: String) throws -> RequestTemplate {
        let override = overrides[provider.id]
        let values = EndpointParameters.read(params)
        return RequestTemplate(
            method: provider.probe.body.map { .post(body: Array($0.utf8)) } ?? .get,
            url: try provider.endpoint(baseURL: override?.baseURL, parameters: values),
            headers: try provider.headers(values).map { try HeaderField(name: $0.name, value: $0.value) },
            timeout: timeout, addresses: provider.isHostOperators(under: override) ? .any : .publicOnly,
            keptHeaders: provider.keptHeaders, longestBody: provider.probe.longestAnswer)
    }
}

extension Provider {
    /// Whether the operator's base URL fixes the host, which may then have a private address (ruling 26). A name
    /// under `localhost` is this machine, whatever label a tenant's parameter puts before it.
    fileprivate func isHostOperators(under override: ProviderOverride?) -> Bool {
        guard let baseURL = override?.baseURL else { return false }
        let host = URLComponents(string: baseURL.replacing(/[{}]/, with: ""))?.host ?? ""
        return isHostFixed(under: override) || host.hasSuffix(".localhost")
    }
}

extension TransportFailure {
    fileprivate var note: ProbeNote {
        switch self {
        case .unresolved: .unresolved
        case .refused: .connectionRefused
        case .tls: .tls
        case .timedOut: .timedOut
        case .interrupted: .interrupted
        case .tooLarge: .tooLarge
        case .blockedAddress: .blockedAddress
        case .aborted: .stopped
        case .unusableURL: .unusableURL
        case .other(let code): .libcurl(code)
        }
    }

    /// A failed transfer says nothing about a key: every finding here is unknown.
    fileprivate var classification: Classification {
        switch self {
        case .blockedAddress: Classification(finding: .egressBlocked)
        case .tooLarge: Classification(finding: .unrecognised)
        default: .unreachable
        }
    }
}
