public import Curl
internal import Database
public import Foundation
public import Secrets
public import Vocabulary

/// The store together with the master keys and the providers, with every operation on a key's secret: adding,
/// replacing, checking and reading it.
public struct KeyVault: Sendable {
    /// The store.
    public let store: KeyStore
    /// The master keys, already verified against the store.
    public let ring: KeyRing
    /// The providers.
    public let catalogue: Catalogue
    /// The operator's settings by provider id.
    public let overrides: [String: ProviderOverride]
    /// How much of a key people may see (ruling 24).
    public let display: KeyDisplay.Settings
    /// Every key is checked at least once in this time, in seconds.
    public let period: TimeInterval
    /// The client that sends requests to the providers.
    public let client: HTTPClient
    /// The time limit for one whole exchange with a provider.
    public let timeout: Duration

    /// A vault; by default it checks every key within 7 days. Call ``KeyStore/verify(_:)`` with the ring first.
    public init(
        store: KeyStore, ring: KeyRing, catalogue: Catalogue, overrides: [String: ProviderOverride] = [:],
        display: KeyDisplay.Settings = KeyDisplay.Settings(), period: TimeInterval = 7 * 86_400, client: HTTPClient,
        timeout: Duration = .seconds(20)
    ) {
        self.store = store
        self.ring = ring
        self.catalogue = catalogue
        self.overrides = overrides
        self.display = display
        self.period = period
        self.client = client
        self.timeout = timeout
    }

    /// The provider with this id.
    ///
    /// - Throws: `InvalidInput` where it is unknown, only planned, or disabled by the operator.
    public func provider(_ id: String) throws(InvalidInput) -> Provider {
        guard let provider = catalogue[id] else {
            throw catalogue.absence(of: id)
        }
        guard overrides[id]?.enabled != false else {
            throw InvalidInput("provider \(id) is disabled", remedy: .enableProvider(id))
        }
        return provider
    }

    /// Checks a key with its provider and stores nothing.
    ///
    /// - Throws: what ``KeyProbe/check(_:provider:params:)`` throws.
    public func check(_ secret: SecretBytes, provider: Provider, params: [String: String]) async throws -> Observation {
        try await probe.check(secret, provider: provider, params: params)
    }

    var probe: KeyProbe {
        KeyProbe(catalogue: catalogue, overrides: overrides, client: client, timeout: timeout, now: store.now)
    }
}

/// A key that was to be stored is not alive; nothing was stored. Exit status 1 for dead (give another key), 2 for
/// unknown (try again later).
public struct KeyRefused: Error {
    /// What the probe showed.
    public let observation: Observation
    /// The provider that was probed.
    public let provider: Provider
}
