public import Curl
internal import Database
public import Foundation
public import Secrets
public import Vocabulary

/// The store together with the master keys and the providers: what adding, replacing and checking a key needs.
public struct KeyVault: Sendable {
    /// The store.
    public let store: KeyStore
    /// The master keys, already verified against the store.
    public let ring: KeyRing
    /// The providers.
    public let catalogue: Catalogue
    /// Operator's overrides by provider id.
    public let overrides: [String: ProviderOverride]
    /// How much of a key people may see.
    public let display: KeyDisplay.Settings
    /// Every key is checked at least once in this time, in seconds.
    public let period: TimeInterval
    /// The way to the providers.
    public let client: HTTPClient
    /// For one exchange.
    public let timeout: Duration

    /// A vault. Call ``KeyStore/verify(_:)`` with the ring first.
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

    /// The provider, if it is known and switched on.
    public func provider(_ id: String) throws(InvalidInput) -> Provider {
        guard let provider = catalogue[id] else {
            throw catalogue.absence(of: id)
        }
        guard overrides[id]?.enabled != false else {
            throw InvalidInput("provider \(id) is switched off", remedy: .enableProvider(id))
        }
        return provider
    }

    /// Asks the provider about a key and stores nothing.
    public func check(_ secret: SecretBytes, provider: Provider, params: [String: String]) async throws -> Observation {
        try await probe.check(secret, provider: provider, params: params)
    }

    var probe: KeyProbe {
        KeyProbe(catalogue: catalogue, overrides: overrides, client: client, timeout: timeout, now: store.now)
    }
}

/// The provider did not accept a key that was to be stored; nothing was saved. Exit status 1 for dead, 2 for unknown.
public struct KeyRefused: Error {
    /// What the provider said.
    public let observation: Observation
    /// Whose provider.
    public let provider: Provider
}
