internal import Foundation

/// A private PostgreSQL cluster of the newest version that Debian's packages have installed; the machine's own
/// cluster is not used.
///
/// Files, socket and log are in a temporary directory. Every user of this machine may log in as any role without a
/// password (`trust`); `keyvigil` is the superuser. The server is stopped with the last reference to it, or when the
/// test process ends or is killed.
public final class PostgresCluster: Sendable {
    private static let starting = Task { try await PostgresCluster() }

    /// The cluster that the tests of this process share; the first access starts it, in about two seconds.
    public static var shared: PostgresCluster { get async throws { try await starting.value } }

    /// The TCP port on 127.0.0.1; it stays the same when the server restarts.
    public let port: Int
    /// The directory of the programs of its version: `pgbench`, `pg_dump` and so on.
    public let programs: String
    let directory: TemporaryDirectory
    let templates = PostgresTemplates()
    private let watchdog: Watchdog

    /// Makes and starts a separate cluster, for tests that restart or overload it.
    ///
    /// - Parameters:
    ///   - isDurable: whether commits wait for the disk, as in production. Without, they still outlive a crash of the
    ///     server, but not of the machine.
    ///   - settings: lines of `postgresql.conf`; they win over the ones made here.
    ///   - walDirectory: an empty directory of the server's user for its WAL, in segments of a megabyte.
    /// - Throws: ``TestSupportFailure`` with the output of the program that failed.
    public init(isDurable: Bool = false, settings: [String] = [], walDirectory: String? = nil) async throws {
        directory = try TemporaryDirectory()
        programs = try Self.newestPrograms()
        port = try LoopbackPort.lasting()
        try ServerUser.own(directory)
        let arguments = ["--no-sync", "-A", "trust", "--username=keyvigil", "--encoding=UTF8", "--locale=C"]
        let places =
            ["-D", directory.path("data")] + (walDirectory.map { ["--waldir", $0, "--wal-segsize", "1"] } ?? [])
        try ServerUser.run("\(programs)/initdb", arguments + places, in: directory)
        let lines = Self.settings(port, directory.url.path, isDurable: isDurable) + settings
        try directory.write(lines.joined(separator: "\n") + "\n", to: "data/postgresql.conf")
        watchdog = try Watchdog(Self.cleaning, ["\(programs)/pg_ctl", directory.url.path], in: directory)
        try control("start")
    }

    deinit { watchdog.stop() }

    /// Stops the server and starts it again. With `immediate` it stops as in a crash, without a message to its clients.
    public func restart(immediate: Bool = false) throws {
        try control("restart", "-m", immediate ? "immediate" : "fast")
    }

    /// Stops the server until ``start()``; `immediate` as in ``restart(immediate:)``.
    public func stop(immediate: Bool = false) throws { try control("stop", "-m", immediate ? "immediate" : "fast") }

    /// Starts the server after ``stop(immediate:)``.
    public func start() throws { try control("start") }

    /// The path of its unix socket.
    public var socketPath: String { directory.path(".s.PGSQL.\(port)") }

    /// The text of the server's log.
    public var log: String { directory.read("server.log") }

    /// Runs each statement with `psql`, in one session, and returns the rows: columns separated by `|`.
    @discardableResult
    func psql(_ statements: [String], _ url: String) throws -> String {
        let quiet = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]
        let commands = statements.map { "--command=\($0)" }
        let printed = try ServerProcess.run(
            "\(programs)/psql", quiet + commands + ["--dbname=\(url)"], in: directory)
        return printed.hasSuffix("\n") ? String(printed.dropLast()) : printed
    }

    private func control(_ arguments: String...) throws {
        do {
            try ServerUser.run(
                "\(programs)/pg_ctl",
                arguments + ["-w", "-t", "60", "-D", directory.path("data"), "-l", directory.path("server.log")],
                in: directory)
        } catch {
            throw TestSupportFailure(description: "\(error)\n\(log.suffix(2_000))")
        }
    }
}
