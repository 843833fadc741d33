import Curl
import Database
import Foundation
import KeyVigil
import Mail
import Secrets
import Simulator
import TestSupport
import Testing
import Vocabulary

@testable import Revalidation

/// A whole platform in one process: simulated providers, a real store, mails as files, and a clock that the test moves.
struct Platform: Sendable {
    let simulator: Simulator
    let port: UInt16
    let clock = MovingClock()
    let directory: TemporaryDirectory
    let place: TestStore
    let store: KeyStore
    let ring: KeyRing
    let catalogue: Catalogue

    /// Calls `body` with a new platform that has one tenant, `acme`.
    static func run(_ body: (Platform) async throws -> Void) async throws {
        let simulator = try Simulator()
        let port = try await simulator.start()
        do {
            let platform = try await Platform(simulator, port)
            try await platform.addTenant("acme")
            try await body(platform)
        } catch {
            await simulator.stop()
            throw error
        }
        await simulator.stop()
    }

    private init(_ simulator: Simulator, _ port: UInt16) async throws {
        self.simulator = simulator
        self.port = port
        directory = try TemporaryDirectory()
        let clock = clock
        place = try await TestStore(in: directory)
        store = KeyStore(database: try place.open(), program: "test", now: { clock.now })
        try await store.migrate()
        ring = try KeyRing(try KeyRing.newKey().utf8)
        try await store.verify(ring)
        catalogue = try Catalogue()
    }

    /// A vault with its own client, as in a process of its own.
    ///
    /// - Parameters:
    ///   - database: another connection to the same store, for a second runner.
    ///   - rate: probes per second, for each provider and tenant.
    func vault(
        ring: KeyRing? = nil, rate: Double = 100_000, switchedOff: Set<String> = [], timeout: Duration = .seconds(20),
        store: KeyStore? = nil, catalogue: Catalogue? = nil
    ) throws -> KeyVault {
        var options = HTTPClient.Options()
        options.maxInFlight = 64
        let overrides = self.catalogue.providers.map { provider in
            var override = ProviderOverride()
            override.baseURL = "http://127.0.0.1:\(port)/\(provider.id)"
            override.allowInsecureLoopback = true
            override.ratePerSecond = rate
            override.tenantRatePerSecond = rate
            override.enabled = !switchedOff.contains(provider.id)
            return (provider.id, override)
        }
        return KeyVault(
            store: store ?? self.store, ring: ring ?? self.ring, catalogue: catalogue ?? self.catalogue,
            overrides: Dictionary(uniqueKeysWithValues: overrides), client: try HTTPClient(options), timeout: timeout)
    }

    /// Runs the job once, as a separate process would.
    ///
    /// - Parameter operators: recipients of conditions; none by default, so that tests count tenants' mails only.
    @discardableResult
    func revalidate(
        _ vault: KeyVault? = nil, mail: (any MailTransport)? = nil, hasMail: Bool = true,
        operators: [String] = [],
        _ edit: (inout RunOptions) -> Void = { _ in }
    ) async throws -> RunReport {
        var options = RunOptions()
        edit(&options)
        let outbox = hasMail ? try outbox(mail, operators: operators) : nil
        return try await RevalidationRun(vault: vault ?? self.vault(), outbox: outbox, options: options).run()
    }

    func outbox(_ transport: (any MailTransport)? = nil, operators: [String] = []) throws -> Outbox {
        Outbox(
            settings: Outbox.Settings(
                from: Mailbox(try MailAddress("keys@platform.example")), operators: try operators.map(MailAddress.init)),
            templates: try TemplateSet(directory: shippedTemplates),
            transport: transport ?? DirectoryTransport(directory: directory.path("mail")))
    }
}

// MARK: - Tenants and keys

extension Platform {
    func addTenant(_ id: String, addresses: [String]? = nil) async throws {
        try await store.add(
            Tenant(
                id: id, name: "Tenant \(id)",
                addresses: try (addresses ?? ["owner@\(id).example"]).map(MailAddress.init), createdAt: clock.now))
    }

    /// Stores a key to which the provider answers with this scenario.
    func addKey(
        _ scenario: Scenario = .valid, provider: String = "openai", tenant: String = "acme", expiresAt: Date? = nil,
        params: [String: String] = [:]
    ) async throws -> TestKey {
        let text = try simulator.newKey(for: provider)
        try await simulator.set(provider: provider, key: text, scenario: scenario)
        let new = try NewKey(tenantID: tenant, provider: provider, params: params, expiresAt: expiresAt)
        let key = try await vault().add(new, secret: SecretBytes(copying: text.utf8), probing: false).key
        return TestKey(id: key.id, provider: provider, text: text)
    }

    /// Stores many keys to which the provider answers with this scenario.
    func addKeys(
        _ count: Int, _ scenario: Scenario = .valid, provider: String = "openai", type: String? = nil,
        tenant: String = "acme", params: [String: String] = [:]
    ) async throws -> [TestKey] {
        var texts = [String]()
        var lines = [KeyImportLine]()
        for _ in 0..<count {
            let text = try simulator.newKey(for: provider, type: type)
            try await simulator.set(provider: provider, key: text, scenario: scenario)
            texts.append(text)
            let params = String(decoding: try JSONEncoder().encode(params), as: UTF8.self)
            let line = #"{"tenant":"\#(tenant)","provider":"\#(provider)","key":"\#(text)","params":\#(params)}"#
            lines.append(try KeyImportLine(Data(line.utf8)))
        }
        let stored = try await vault().importUnprobed(lines)
        return try zip(stored, texts).map { TestKey(id: try $0.get().id, provider: provider, text: $1) }
    }

    /// Sets the scenario of the provider's next answers about the key.
    func set(_ key: TestKey, _ scenario: Scenario) async throws {
        try await simulator.set(provider: key.provider, key: key.text, scenario: scenario)
    }

    func health(_ key: TestKey) async throws -> KeyHealth { try await store.key(key.id).health }

    /// The number of probes of this key that the provider received.
    func probes(_ key: TestKey) async -> Int { await simulator.requestCount(provider: key.provider, key: key.text) }
}

/// A stored key with its secret text, which only the test knows.
struct TestKey: Sendable {
    let id: String
    let provider: String
    let text: String
}

extension Platform {
    /// Replaces the key with another, valid one, without a probe.
    func replace(_ key: TestKey) async throws {
        let new = try simulator.newKey(for: key.provider)
        try await simulator.set(provider: key.provider, key: new, scenario: .valid)
        _ = try await vault().replace(key.id, with: SecretBytes(copying: new.utf8), probing: false)
    }
}
