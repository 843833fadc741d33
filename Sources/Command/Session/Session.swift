internal import Curl
internal import Database
internal import Foundation
internal import KeyVigil
internal import Secrets

/// Opens what a command works with: store, master keys, catalogue, network and mail, as the settings name them.
struct Session {
    let settings: Settings
    /// Raised when the command is to end early; ends a wait for the store too.
    let stop: StopSignal
    /// How long to wait for a database server that cannot be reached. Zero for commands that a person types.
    let serverWait: Duration

    init(_ options: CommonOptions, stop: StopSignal = StopSignal(), serverWait: Duration = .zero) throws {
        self.init(try options.settings(), stop: stop, serverWait: serverWait)
    }

    init(_ settings: Settings, stop: StopSignal = StopSignal(), serverWait: Duration = .zero) {
        self.settings = settings
        self.stop = stop
        self.serverWait = serverWait
    }

    /// Store and master keys, which are verified against the store.
    func openWithRing() async throws -> (KeyStore, KeyRing) {
        let ring = try keyRing()
        let store = try await openStore()
        try await store.verify(ring)
        return (store, ring)
    }

    /// Store, master keys, catalogue and network; the master keys are verified against the store.
    ///
    /// - Parameter deep: whether probes ask about credit too, as far as that is free or the settings pay for it.
    func openVault(creating: Bool = false, deep: Bool = false) async throws -> KeyVault {
        // A server is connected to while the rest is read. Errors of the rest are reported first, as with a file.
        async let readingParts = vaultParts(deep: deep)
        let connecting = await connectIfServer()
        let parts = try await readingParts
        let store = if let connecting { try connecting.get() } else { try await openStore(creating: creating) }
        try await store.verify(parts.ring)
        return KeyVault(
            store: store, ring: parts.ring, catalogue: parts.catalogue, overrides: settings.overrides,
            display: settings.display, period: settings.timing.period, client: parts.client, timeout: settings.timeout)
    }

    private func connectIfServer() async -> Result<KeyStore, any Error>? {
        guard case .server(let url) = settings.store else { return nil }
        do { return .success(try await connect(to: url)) } catch { return .failure(error) }
    }

    /// What a vault needs beside the store.
    private func vaultParts(deep: Bool) throws -> (ring: KeyRing, catalogue: Catalogue, client: HTTPClient) {
        let ring = try keyRing()
        let plain = try catalogue()
        return (ring, deep ? plain.probingDeeply(paying: settings.paysForProbes) : plain, try httpClient())
    }

    /// - Parameter forgetting: keeps no key in memory once a request is over, at the cost of HTTP/2.
    func httpClient(forgetting: Bool = false) throws -> HTTPClient {
        var options = HTTPClient.Options()
        options.isHTTP2Allowed = !forgetting
        options.maxInFlight = settings.concurrency
        options.caFile = settings.caFile
        options.proxy = settings.proxy
        options.userAgent = "keyvigil/\(BuildInfo.version)"
        return try HTTPClient(options)
    }

    /// keyvigil's catalogue with the operator's over it.
    ///
    /// - Throws: ``SettingsError`` for a file that cannot be read and for settings of a provider that is not in it.
    func catalogue() throws -> Catalogue {
        guard let path = settings.catalogueFile else { return try checked(Catalogue()) }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SettingsError("cannot read the catalogue \(path); it must be UTF-8 text")
        }
        return try checked(Catalogue(overlaying: text, named: path))
    }

    private func checked(_ catalogue: Catalogue) throws -> Catalogue {
        for id in settings.overrides.keys.sorted() where !catalogue.contains(id) {
            throw SettingsError("providers.\(id): \(InputMessages.message(catalogue.absence(of: id)))")
        }
        return catalogue.allowingPaidProbes(settings.paysForProbes)
    }

    /// Chooses the key for a call. Made before a command changes anything, as the catalogue may be at fault.
    func resolver(for store: KeyStore) throws -> Resolver {
        Resolver(
            store: store, catalogue: try catalogue(), overrides: settings.overrides,
            skipsExhausted: settings.skipsExhausted)
    }
}
