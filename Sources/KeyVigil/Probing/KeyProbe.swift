public import Curl
public import Foundation
public import Secrets
public import Vocabulary

/// Checks one key with its provider. It stores nothing and needs neither a store nor a master key.
public struct KeyProbe: Sendable {
    let catalogue: Catalogue
    let overrides: [String: ProviderOverride]
    let client: HTTPClient
    let timeout: Duration
    let now: @Sendable () -> Date

    /// A probe that sends requests with `client`; `timeout` is for one whole exchange.
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

    /// Sends one request with the key and returns what the answer means.
    ///
    /// - Throws: `InvalidInput` for bytes that cannot be a key, for parameters that make no URL, and where the probe
    ///   may cost something and that is not allowed. A failed request is an observation, not an error.
    public func check(_ secret: SecretBytes, provider: Provider, params: [String: String]) async throws -> Observation {
        try secret.requireKeyCharacters()
        let json = try provider.endpointJSON(of: params, under: overrides[provider.id])
        return try await ask(secret, provider: provider, params: json)
    }

    /// Checks the key like ``check(_:provider:params:)``. Where it is alive, sends one more request without a key: if
    /// that is answered as alive too, the answer proves nothing, and the finding is `unrecognised`.
    ///
    /// - Throws: what ``check(_:provider:params:)`` throws.
    public func prove(_ secret: SecretBytes, provider: Provider, params: [String: String]) async throws -> Observation {
        var observation = try await check(secret, provider: provider, params: params)
        guard observation.verdict == .alive else { return observation }
        let json = try EndpointParameters.json(params)
        let request = try prober.request(tag: 0, provider: provider, params: json, key: nil)
        let keyless = await prober.observation(client.send(request), by: provider.classifier, key: secret, at: now())
        guard keyless.verdict == .alive else { return observation }
        observation.classification = Classification(finding: .unrecognised)
        observation.note = .answeredWithoutKey
        return observation
    }

    /// Sends one request with a key whose parameters are canonical JSON already.
    func ask(_ secret: SecretBytes, provider: Provider, params: String) async throws -> Observation {
        guard provider.isProbeAllowed else { throw provider.paidProbe }
        let request = try prober.request(tag: 0, provider: provider, params: params, key: secret)
        return prober.observation(await client.send(request), by: provider.classifier, key: secret, at: now())
    }

    private var prober: Prober { Prober(catalogue: catalogue, overrides: overrides, timeout: timeout) }
}
