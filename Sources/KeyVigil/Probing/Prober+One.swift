public import Curl
public import Foundation
public import Secrets

extension Prober {
    /// Probes one key by itself: `check`, `keys add`, `keys test`.
    public func probe(
        _ key: SecretBytes, provider: Provider, params: String, over client: HTTPClient, now: () -> Date
    ) async throws -> Observation {
        let request = try request(tag: 0, provider: provider, params: params, key: key)
        let completion = await client.send(request)
        return observation(completion, provider: provider, key: key, at: now())
    }
}
