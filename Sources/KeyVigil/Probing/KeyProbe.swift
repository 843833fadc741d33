public import Curl
public import Foundation
public import Secrets
public import Vocabulary

/// Asks a provider about one key and stores nothing: what `check` needs, and nothing of the store or the master key.
public struct KeyProbe: Sendable {
    let catalogue: Catalogue
    let overrides: [String: ProviderOverride]
    let client: HTTPClient
    let timeout: Duration
    let now: @Sendable () -> Date

    /// A probe that goes out over `client`, with `timeout` for the whole exchange.
    public init(
        catalogue: Catalogue, overrides: [String: ProviderOverride] = [:], client: HTTPClient,
        timeout: Duration = .seconds(20), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.catalogue = catalogue
        self.overrides = overrides
        self.client = client
        self.timeout = timeout
        self.now = now
    }

    /// One request. Throws `InvalidInput` for bytes that are no key and parameters that make no URL.
    public func check(_ secret: SecretBytes, provider: Provider, params: [String: String]) async throws -> Observation {
        try secret.requireKeyCharacters()
        let json = try provider.endpointJSON(of: params, under: overrides[provider.id])
        return try await ask(secret, provider: provider, params: json)
    }

    /// The same, and for a living key one request more: where the endpoint says as much to nobody's key, it proves nothing.
    public func prove(_ secret: SecretBytes, provider: Provider, params: [String: String]) async throws -> Observation {
        var observation = try await check(secret, provider: provider, params: params)
        guard observation.verdict == .alive else { return observation }
        let json = try EndpointParameters.json(params)
        let request = try prober.request(tag: 0, provider: provider, params: json, key: nil)
        let keyless = await prober.observation(client.send(request), by: provider.classifier, key: secret, at: now())
        guard keyless.verdict == .alive else { return observation }
        observation.classification = Classification(finding: .unrecognised)
        observation.transport = "the same is answered without a key, so it proves nothing"
        return observation
    }

    /// One request for a stored key, whose parameters are canonical JSON already.
    func ask(_ secret: SecretBytes, provider: Provider, params: String) async throws -> Observation {
        guard provider.isProbeAllowed else { throw provider.paidProbe }
        let request = try prober.request(tag: 0, provider: provider, params: params, key: secret)
        return prober.observation(await client.send(request), by: provider.classifier, key: secret, at: now())
    }

    private var prober: Prober { Prober(catalogue: catalogue, overrides: overrides, timeout: timeout) }
}
