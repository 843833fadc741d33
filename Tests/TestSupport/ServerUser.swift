internal import Foundation

/// The user that database servers run as: PostgreSQL and PgBouncer refuse to run as root.
enum ServerUser {
    private static let isRoot = geteuid() == 0

    /// What comes before a program's path, so that root runs it as the user that Debian's package made.
    static let command =
        isRoot ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["/usr/bin/env"]

    /// Gives the directory to that user.
    static func own(_ directory: TemporaryDirectory) throws {
        guard isRoot else { return }
        try ServerProcess.run("/bin/chown", ["-R", "postgres:postgres", directory.url.path], in: directory)
    }

    /// Runs a program to its end as that user, and returns what it printed.
    ///
    /// What it starts may outlive it: every descriptor but the first three is closed before, because `Process` takes a
    /// program for running as long as anything holds the socket that it leaves open in there.
    @discardableResult
    static func run(_ program: String, _ arguments: [String], in directory: TemporaryDirectory) throws -> String {
        let closing = """
            for path in /proc/self/fd/*; do fd=${path##*/}; [ "$fd" -le 2 ] || eval "exec $fd>&-"; done
            exec "$@"
            """
        let whole = command + ["/bin/bash", "-c", closing, "bash", program] + arguments
        return try ServerProcess.run(whole[0], Array(whole.dropFirst()), in: directory)
    }
}
