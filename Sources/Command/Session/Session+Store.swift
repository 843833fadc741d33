internal import Database
internal import Foundation
internal import KeyVigil

extension Session {
    /// The store, its schema checked.
    ///
    /// - Parameter creating: makes a file that is not there; only a few commands may do that (ruling 28).
    /// - Throws: ``SettingsError``, also for a store that this program cannot use, or `DatabaseError`.
    func openStore(creating: Bool = false) async throws -> KeyStore {
        switch settings.store {
        case .file(let path): try await openFile(path, creating: creating)
        case .server(let url): try await connect(to: url)
        }
    }

    /// Makes the store or brings its schema up to date.
    func migrateStore() async throws {
        guard case .server(let url) = settings.store else {
            _ = try await openStore(creating: true)
            return
        }
        let store = KeyStore(database: try Database(postgresql: url), program: BuildInfo.version)
        try await namingStore { try await store.migrate() }
    }

    /// Turns the error for a store that this program cannot use into one that names the store.
    private func namingStore<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as UnusableSchema {
            throw SettingsError(error.message(about: "\(settings.store)"))
        }
    }

    /// A store on a server. Its schema is changed by `database migrate` alone, as other runners use it (ruling 30).
    func connect(to url: PostgresURL) async throws -> KeyStore {
        let database = try await reach(url)
        let store = KeyStore(database: database, program: BuildInfo.version, now: TestClock.now)
        guard try await namingStore({ try await store.isReady() }) else {
            throw SettingsError(
                "\(url) holds no keyvigil schema; run `keyvigil database migrate` as the role that owns it")
        }
        return store
    }

    /// Connects, and tries again until `serverWait` is over.
    private func reach(_ url: PostgresURL) async throws -> Database {
        let start = ContinuousClock.now
        var isWaiting = false
        while true {
            do {
                return try await .connected(postgresql: url, within: attemptTimeout(since: start), stop: stop)
            } catch let error as DatabaseError
                where error.isTransient && !stop.isRaised && start.duration(to: .now) < serverWait
            {
                if !isWaiting {
                    let seconds = serverWait.components.seconds
                    Terminal.error("keyvigil: store: \(error.message); waiting for it, up to \(seconds) seconds")
                }
                isWaiting = true
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    /// In seconds, for one attempt: 10, or what is left of `serverWait` but at least 1. A server that does not answer at
    /// all uses the whole of it.
    private func attemptTimeout(since start: ContinuousClock.Instant) -> Double {
        guard serverWait > .zero else { return 10 }
        let left = (serverWait - start.duration(to: .now)) / .seconds(1)
        return min(max(left, 1), 10)
    }

    private func openFile(_ path: String, creating: Bool) async throws -> KeyStore {
        if FileManager.default.fileExists(atPath: path) {
            try refuseFileOfAnotherUser(path)
        } else {
            guard creating else {
                throw SettingsError("there is no store at \(path); make one with `keyvigil database migrate`")
            }
            try makeDirectory((path as NSString).deletingLastPathComponent)
        }
        let database = try openDatabase(path, creating: creating)
        let store = KeyStore(database: database, program: BuildInfo.version, now: TestClock.now)
        if creating {
            try await namingStore { try await store.migrate() }
        } else if try await !namingStore({ try await store.isReady() }) {
            throw SettingsError("the file \(path) is empty; make a store in it with `keyvigil database migrate`")
        }
        try await database.useWriteAheadLog()
        return store
    }

    /// Adds the file's name to SQLite's message, which says only that a file is no database.
    private func openDatabase(_ path: String, creating: Bool) throws -> Database {
        do {
            return try Database(sqlite: path, create: creating, stop: stop)
        } catch let error as DatabaseError where error.kind == .unavailable {
            throw DatabaseError.unusable(path, error: error)
        }
    }

    private func refuseFileOfAnotherUser(_ path: String) throws {
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
