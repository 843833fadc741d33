internal import Curl
internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Secrets

/// What a command works with, opened in the order in which failures should be told.
struct Session {
    let settings: Settings
    /// Raised when the command is to end early; the store is then waited for no longer.
    let stop: StopSignal
    /// For how long a server that is away is looked for. Whoever types a command wants to know at once.
    let patience: Duration

    init(_ options: CommonOptions, stop: StopSignal = StopSignal(), patience: Duration = .zero) throws {
        self.init(try options.settings(), stop: stop, patience: patience)
    }

    init(_ settings: Settings, stop: StopSignal = StopSignal(), patience: Duration = .zero) {
        (self.settings, self.stop, self.patience) = (settings, stop, patience)
    }

    /// The store; the commands that may create one say so (ruling 28).
    func openStore(creating: Bool = false) async throws -> KeyStore {
        switch settings.store {
        case .file(let path): try await openFile(path, creating: creating)
        case .server(let url): try await connect(url)
        }
    }

    /// A server's schema is changed by `database migrate` alone: there are other runners (ruling 30).
    private func connect(_ url: PostgresURL) async throws -> KeyStore {
        let database = try await reach(url)
        let store = KeyStore(database: database, program: Keyvigil.version, now: Clock.moved)
        let found = try await store.database.read { try $0.schemaVersion() }
        guard found <= Schema.version else { throw NewerSchema(found: found, known: Schema.version) }
        guard found == Schema.version else {
            let state = found == 0 ? "holds no keyvigil schema" : "has schema \(found), older than this program's"
            throw SettingsError("\(url) \(state); run `keyvigil database migrate` as the role that owns it")
        }
        return store
    }

    private func reach(_ url: PostgresURL) async throws -> Database {
        let (start, seconds) = (ContinuousClock.now, patience.components.seconds)
        var isWaiting = false
        while true {
            // A silent server takes all the time that a try has: the last one has only what is left.
            let left = (patience - start.duration(to: .now)) / .seconds(1)
            let wait = patience > .zero ? min(max(left, 1), 10) : 10
            do {
                return try await .connected(postgresql: url, within: wait, stop: stop)
            } catch let error as DatabaseError
                where error.mayPass && !stop.isRaised && start.duration(to: .now) < patience
            {
                if !isWaiting {
                    Terminal.error("keyvigil: store: \(error.message); waiting for it, up to \(seconds) seconds")
                }
                isWaiting = true
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    /// Makes the store or brings its schema up to date.
    func migrateStore() async throws {
        guard case .server(let url) = settings.store else {
            _ = try await openStore(creating: true)
            return
        }
        let store = KeyStore(database: try Database(postgresql: url), program: Keyvigil.version)
        try await store.migrate()
    }

    private func openFile(_ path: String, creating: Bool) async throws -> KeyStore {
        if FileManager.default.fileExists(atPath: path) {
            try refuseForeignFile(path)
        } else {
            guard creating else {
                throw SettingsError("there is no store at \(path); make one with `keyvigil database migrate`")
            }
            try makeDirectory((path as NSString).deletingLastPathComponent)
        }
        let database = try open(path, creating: creating)
        let store = KeyStore(database: database, program: Keyvigil.version, now: Clock.moved)
        try await store.migrate()
        return store
    }

    /// Store and ring, the ring verified against the store.
    func openWithRing() async throws -> (KeyStore, KeyRing) {
        let ring = try keyRing()
        let store = try await openStore()
        try await store.verify(ring)
        return (store, ring)
    }

    /// Store, ring, catalogue and network, the ring verified against the store.
    ///
    /// - Parameter deep: whether providers are asked about credit too, as far as that is free or paid for.
    func openVault(creating: Bool = false, deep: Bool = false) async throws -> KeyVault {
        // While a server answers everything else is read; what is wrong with that is told first all the same.
        async let readingOthers = readOthers(deep: deep)
        let connecting = await connectIfServer()
        let others = try await readingOthers
        let store = if let connecting { try connecting.get() } else { try await openStore(creating: creating) }
        try await store.verify(others.ring)
        return KeyVault(
            store: store, ring: others.ring, catalogue: others.catalogue, overrides: settings.overrides,
            display: settings.display, period: settings.timing.period, client: others.client, timeout: settings.timeout)
    }

    private func connectIfServer() async -> Result<KeyStore, any Error>? {
        guard case .server(let url) = settings.store else { return nil }
        do { return .success(try await connect(url)) } catch { return .failure(error) }
    }

    /// What a vault needs beside the store.
    private func readOthers(deep: Bool) throws -> (ring: KeyRing, catalogue: Catalogue, client: HTTPClient) {
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
        options.userAgent = "keyvigil/\(Keyvigil.version)"
        return try HTTPClient(options)
    }

    func catalogue() throws -> Catalogue {
        guard let path = settings.catalogueFile else { return try checked(Catalogue()) }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SettingsError("cannot read the catalogue \(path); it must be UTF-8 text")
        }
        return try checked(Catalogue(overlaying: text, named: path))
    }

    /// Overrides of providers that do not exist are mistakes, found before anything runs.
    private func checked(_ catalogue: Catalogue) throws -> Catalogue {
        for id in settings.overrides.keys.sorted() where !catalogue.contains(id) {
            throw SettingsError("providers.\(id): \(catalogue.absence(of: id))")
        }
        return catalogue.allowingPaidProbes(settings.paysForProbes)
    }

    /// Names the file where the engine says only that it is no database.
    private func open(_ path: String, creating: Bool) throws -> Database {
        do {
            return try Database(sqlite: path, create: creating, stop: stop)
        } catch let error as DatabaseError where error.kind == .unavailable {
            throw DatabaseError.unusable(path, error)
        }
    }

    private func refuseForeignFile(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_uid != geteuid() else { return }
        let owner = getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "#\(status.st_uid)"
        throw SettingsError(
            "the store \(path) belongs to user \(owner); run: sudo -u \(owner) keyvigil …", isPermission: true)
    }

    private func makeDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw SettingsError("cannot make the store's directory \(path)", isPermission: true)
        }
    }
}

extension Session {
    /// The master keys, from the environment or a file.
    func keyRing() throws -> KeyRing {
        let environment = settings.environment
        let texts = ["BYOK_ENCRYPTION_KEYS", "BYOK_ENCRYPTION_KEY"].compactMap { environment[$0] }.filter {
            !$0.isEmpty
        }
        guard texts.count < 2 else {
            throw SettingsError("set only one of BYOK_ENCRYPTION_KEYS and BYOK_ENCRYPTION_KEY")
        }
        if let text = texts.first { return try KeyRing(text.utf8) }
        let credentials = environment["CREDENTIALS_DIRECTORY"]
        let credential = credentials.map { $0 + "/key-ring" }.flatMap {
            FileManager.default.fileExists(atPath: $0) ? $0 : nil
        }
        guard let path = settings.keyFile ?? credential else {
            throw SettingsError(
                "no encryption key: set BYOK_ENCRYPTION_KEY or BYOK_ENCRYPTION_KEY_FILE; "
                    + "make a key with `keyvigil encryption new-key`")
        }
        let secret = try SecretFile.read(path, of: "encryption.key_file", credentials: credentials)
        return try secret.withBytes { bytes in try KeyRing(bytes) }
    }
}

/// The time of day in place of the store's own. Test builds may move it: `KEYVIGIL_TEST_CLOCK_OFFSET`, in seconds.
enum Clock {
    /// Nil where nobody moves it.
    static let moved: (@Sendable () -> Date)? = {
        #if DEBUG
            let offset = ProcessInfo.processInfo.environment["KEYVIGIL_TEST_CLOCK_OFFSET"].flatMap(Double.init)
            guard let offset else { return nil }
            return { Date().addingTimeInterval(offset) }
        #else
            return nil
        #endif
    }()
}
