import Database
import Foundation
import Simulator
import Synchronization
import TestSupport

/// A machine with keyvigil on it: settings file, store, mail directory, and the providers on loopback.
///
/// Everything is in a temporary directory. The program gets nothing of the test process's environment.
final class Machine: Sendable {
    static let day: Double = 86_400

    let home: TemporaryDirectory
    let simulator: Simulator
    let port: UInt16
    let masterKey: String
    private let database: String?
    /// Kept so that the simulator runs as long as the machine exists.
    private let server = Mutex<PostgresDatabase?>(nil)

    /// Starts the providers and writes the settings.
    ///
    /// - Parameters:
    ///   - mail: the lines of the settings' `mail` block; by default mails are written to the directory `mails`.
    ///   - settings: more settings, as YAML blocks of their own.
    ///   - providers: more lines for every provider.
    ///   - database: the value of `DATABASE_URL`; by default a SQLite file of the machine.
    init(
        mail: String = "directory: HOME/mails", settings: String = "", providers: String = "", database: String? = nil
    ) async throws {
        self.database = database
        home = try TemporaryDirectory()
        simulator = try Simulator()
        port = try await simulator.start()
        masterKey = Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
        try write(settings: Self.settings(mail, settings, providers, port: port))
    }

    /// Stops the simulator, which blocks one of the few threads of the cooperative pool.
    deinit { Task { [simulator] in await simulator.stop() } }

    /// Replaces the settings file; `HOME` in it stands for the machine's directory.
    func write(settings: String) throws {
        let path = try home.write(settings.replacing("HOME", with: home.url.path), to: "keyvigil.yaml")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    static func settings(
        _ mail: String = "directory: HOME/mails", _ more: String = "", _ ofProviders: String = "", port: UInt16
    ) -> String {
        let providers = providerIDs.map { id in
            """
              \(id):
                base_url: http://127.0.0.1:\(port)/\(id)
                allow_insecure_loopback: true
                rate_per_second: 10000
                tenant_rate_per_second: 10000
            \(ofProviders.isEmpty ? "" : "    \(ofProviders)\n")
            """
        }
        return """
            mail:
              from: Platform <keys@platform.example>
              operators: [ops@platform.example]
              \(mail)
            \(more)
            providers:
            \(providers.joined())
            """
    }

    static let providerIDs = [
        "openai", "anthropic", "google", "azure_openai", "deepseek", "mistral", "groq", "sarvam", "elevenlabs",
    ]

    /// The program's environment.
    func environment(days: Double = 0, _ more: [String: String] = [:]) -> [String: String] {
        let own = [
            "KEYVIGIL_CONFIG": home.path("keyvigil.yaml"), "DATABASE_URL": database ?? "sqlite://\(databasePath)",
            "BYOK_ENCRYPTION_KEY": masterKey, "KEYVIGIL_TEST_CLOCK_OFFSET": String(days * Self.day),
        ]
        return own.merging(more) { $1 }.filter { !$0.value.isEmpty }
    }

    /// Runs one command to its end. `days` is the offset of the program's clock; an empty variable is unset.
    func run(
        _ arguments: String..., stdin: String = "", days: Double = 0, environment: [String: String] = [:]
    ) async throws -> Finished {
        try await start(arguments, stdin: stdin, days: days, environment: environment).finish()
    }

    /// Starts one command.
    func start(
        _ arguments: [String], stdin: String = "", days: Double = 0, environment: [String: String] = [:]
    ) throws -> Program {
        try Program(arguments, stdin: Data(stdin.utf8), environment: self.environment(days: days, environment))
    }
}

extension Machine {
    var databasePath: String { file ?? home.path("keyvigil.db") }

    private var file: String? { database.flatMap { $0.hasPrefix("sqlite://") ? String($0.dropFirst(9)) : nil } }

    /// A machine with a migrated store on a PostgreSQL server of the tests.
    ///
    /// - Parameters:
    ///   - cluster: the server; by default the shared one.
    ///   - route: how the program connects: by socket or TCP.
    static func onServer(
        _ cluster: PostgresCluster? = nil, through route: PostgresDatabase.Route = .socket,
        mail: String = "directory: HOME/mails"
    ) async throws -> Machine {
        let shared = try await PostgresCluster.shared
        return try await onServer((cluster ?? shared).makeDatabase(), through: route, mail: mail)
    }

    /// A machine with an empty database, without a schema.
    static func onServer(
        _ store: PostgresDatabase, through route: PostgresDatabase.Route = .socket,
        mail: String = "directory: HOME/mails"
    ) async throws -> Machine {
        let machine = try await Machine(mail: mail, database: store.url(route))
        machine.server.withLock { $0 = store }
        let migrated = try await machine.run("database", "migrate")
        guard migrated.status == 0 else { throw SetupFailure(migrated) }
        return machine
    }

    func open() throws -> Database {
        guard let database, database.hasPrefix("postgresql:") else {
            return try Database(sqlite: databasePath, create: false)
        }
        return try Database(postgresql: PostgresURL(database))
    }

    /// The rows of a query on the store, as texts.
    func rows(_ sql: String, columns: Int = 1) async throws -> [[String]] {
        try await open().read { connection in
            try connection.query(sql) { row in (0..<columns).map { row.optionalText($0) ?? "NULL" } }
        }
    }

    /// The first column of a query on the store, as texts.
    func column(_ sql: String) async throws -> [String] { try await rows(sql).map { $0[0] } }

    /// The first value of a query on the store.
    func value(_ sql: String) async throws -> String? { try await column(sql).first }

    /// Executes a statement on the store directly, without the program.
    func execute(_ sql: String) async throws {
        _ = try await open().transaction { try $0.execute(sql) }
    }

    /// The mails that were written, by file name.
    func mails() throws -> [String: String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: home.path("mails"))) ?? []
        return Dictionary(uniqueKeysWithValues: names.map { ($0, home.read("mails/\($0)")) })
    }
}
