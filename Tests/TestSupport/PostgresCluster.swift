internal import Foundation

/// A private PostgreSQL of the newest version that Debian's packages have installed; the machine's own is left alone.
///
/// Files, socket and log are in a temporary directory. Everybody on this machine may log in as any role without a
/// password (`trust`); `keyvigil` is the superuser. It ends with its last reference, or with the test process, even if
/// that is killed.
public final class PostgresCluster: Sendable {
    private static let starting = Task { try await PostgresCluster() }

    /// The one that the tests of this process share; started when it is first asked for, in about two seconds.
    public static var shared: PostgresCluster { get async throws { try await starting.value } }

    /// The TCP port on 127.0.0.1; it stays the same when the server restarts.
    public let port: Int
    /// The directory of the programs of its version: `pgbench`, `pg_dump` and so on.
    public let programs: String
    let directory: TemporaryDirectory
    let templates = PostgresTemplates()
    private let watchdog: Watchdog

    /// Makes and starts one of its own, for tests that restart or overload it.
    ///
    /// A committed transaction outlives a crash of the server in any case; `isDurable` waits for the disk as well, as in
    /// production. `settings` are lines of `postgresql.conf`, and win over the ones made here. `walDirectory` is where it
    /// writes ahead, in files of a megabyte: an empty directory of its user.
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

    /// Starts it again. With `immediate` it first goes down as in a crash, without a last word to its clients.
    public func restart(immediate: Bool = false) throws {
        try control("restart", "-m", immediate ? "immediate" : "fast")
    }

    /// Stops it until ``start()``.
    public func stop(immediate: Bool = false) throws { try control("stop", "-m", immediate ? "immediate" : "fast") }

    /// Starts it after ``stop(immediate:)``.
    public func start() throws { try control("start") }

    /// The path of its unix socket.
    public var socketPath: String { directory.path(".s.PGSQL.\(port)") }

    /// What the server has logged.
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
