internal import Foundation

/// The user that database servers run as: PostgreSQL and PgBouncer refuse to run as root.
enum ServerUser {
    private static let isRoot = geteuid() == 0

    /// The command before a program's path by which root runs it as the user that Debian's package created.
    static let command =
        isRoot ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["/usr/bin/env"]

    /// Makes that user the owner of the directory.
    static func own(_ directory: TemporaryDirectory) throws {
        guard isRoot else { return }
        try ServerProcess.run("/bin/chown", ["-R", "postgres:postgres", directory.url.path], in: directory)
    }

    /// Runs a program to its end as that user, and returns what it printed.
    ///
    /// A server that the program starts may outlive it. `Process` takes the program for running as long as a process
    /// has the socket open that it passes on, so every descriptor but the first three is closed before.
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
