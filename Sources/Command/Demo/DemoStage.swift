internal import Curl
internal import Database
internal import Foundation
internal import KeyVigil
internal import Mail
internal import Revalidation
internal import Secrets
internal import Simulator

/// What the demo works on: a store in a directory of its own, master keys and mails as files, and simulated providers.
struct DemoStage {
    let directory: String
    let clock: DemoClock
    let simulator: Simulator
    let vault: KeyVault
    let outbox: Outbox

    var databasePath: String { directory + "/keyvigil.db" }
    var mailDirectory: String { directory + "/mails" }
    var keyFile: String { directory + "/key-ring" }

    init(templates: TemplateSet) async throws {
        let clock = DemoClock()
        let directory = try Self.makeDirectory()
        let catalogue = try Catalogue()
        let simulator = try Simulator(catalogue: catalogue)
        let port = try await simulator.start()
        let masterKey = try KeyRing.newKey()
        try Data((masterKey + "\n").utf8).write(to: URL(fileURLWithPath: directory + "/key-ring"))
        let ring = try KeyRing(masterKey.utf8)
        let database = try Database(sqlite: directory + "/keyvigil.db", create: true)
        let store = KeyStore(database: database, program: BuildInfo.version) { clock.now }
        try await store.migrate()
        try await store.verify(ring)
        vault = KeyVault(
            store: store, ring: ring, catalogue: catalogue, overrides: Self.overrides(of: catalogue, port: port),
            client: try HTTPClient(), timeout: .seconds(3))
        outbox = Outbox(
            settings: Outbox.Settings(
                from: try Mailbox(parsing: "Example Platform <keys@platform.example>"),
                operators: [try MailAddress("ops@platform.example")],
                manageURL: "https://platform.example/settings/keys"),
            templates: templates, transport: DirectoryTransport(directory: directory + "/mails"))
        self.directory = directory
        self.clock = clock
        self.simulator = simulator
    }

    private static func makeDirectory() throws -> String {
        var path = Array(
            (NSTemporaryDirectory() + "/keyvigil-demo-XXXXXX").replacingOccurrences(of: "//", with: "/").utf8CString)
        guard mkdtemp(&path) != nil else {
            throw SettingsError("cannot make a directory for the demo", isPermission: true)
        }
        return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func overrides(of catalogue: Catalogue, port: UInt16) -> [String: ProviderOverride] {
        Dictionary(
            uniqueKeysWithValues: catalogue.providers.map { provider in
                var override = ProviderOverride()
                override.baseURL = "http://127.0.0.1:\(port)/\(provider.id)"
                return (provider.id, override)
            })
    }
}
