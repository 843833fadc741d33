internal import Foundation

/// A private PgBouncer in transaction mode in front of a cluster, with the package's defaults otherwise.
///
/// It lends a server's session for one transaction and resets nothing in between: what a session remembers (SET,
/// advisory locks, prepared statements) is gone in the client's next transaction, or another client's.
public final class Pooler: Sendable {
    /// The TCP port on 127.0.0.1, as in `database.url(.port(pooler.port))`.
    public let port: Int
    private let directory: TemporaryDirectory
    private let watchdog: Watchdog

    /// Starts it. Only these roles may log in; `sessions` is its pool size. `settings` are lines of its `[pgbouncer]`
    /// section.
    ///
    /// - Throws: ``TestSupportFailure`` with its output where it does not start within 20 seconds.
    public init(
        to cluster: PostgresCluster, roles: [String] = ["keyvigil"], sessions: Int = 4, settings: [String] = []
    ) async throws {
        directory = try TemporaryDirectory()
        port = try LoopbackPort.lasting()
        let users = try directory.write(roles.map { "\"\($0)\" \"\"\n" }.joined(), to: "users.txt")
        let lines = [
            "[databases]", "* = host=\(cluster.directory.url.path) port=\(cluster.port)",
            "[pgbouncer]", "listen_addr = 127.0.0.1", "listen_port = \(port)", "unix_socket_dir =",
            "auth_type = trust", "auth_file = \(users)", "logfile = \(directory.path("pgbouncer.log"))",
            "pool_mode = transaction", "server_reset_query =", "default_pool_size = \(sessions)",
        ]
        let file = try directory.write((lines + settings).joined(separator: "\n") + "\n", to: "pgbouncer.ini")
        try ServerUser.own(directory)
        watchdog = try Watchdog(Self.running, ["/usr/sbin/pgbouncer", file, directory.url.path], in: directory)
        try await watchdog.wait(for: "listening") { [port] in LoopbackPort.accepts(port) }
    }

    deinit { watchdog.stop() }

    /// The text of its log.
    public var log: String { directory.read("pgbouncer.log") }

    /// Ends it by SIGKILL, because on other signals PgBouncer waits for its clients.
    private static let running = """
        "$1" --quiet "$2" </dev/null &
        wait_for_the_end
        kill -KILL $!
        cd /
        rm -rf "$3"
        """
}
