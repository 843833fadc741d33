internal import Foundation

/// A shell that cleans up once the test process has ended, also after a crash: it stops servers that would outlive it.
///
/// Its standard input is a socket whose other end only the test process holds and never writes to. When that process
/// ends, killed or not, the shell reads the end of the file and continues with its script.
final class Watchdog: Sendable {
    private let process: ServerProcess
    private let lifeline: Int32

    /// Starts the shell as the user of the servers, or as root. `script` is for `sh`; its function `wait_for_the_end`
    /// returns when the test process has ended.
    init(_ script: String, _ arguments: [String], in directory: TemporaryDirectory, asRoot: Bool = false) throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw TestSupportFailure(description: "no socket pair: errno \(errno)")
        }
        lifeline = ends[0]
        let prelude = "trap '' HUP INT TERM; wait_for_the_end() { cat >/dev/null 2>&1; }\n"
        let command =
            (asRoot ? ["/usr/bin/env"] : ServerUser.command) + ["/bin/sh", "-c", prelude + script, "watchdog"]
            + arguments
        process = try ServerProcess(
            command[0], Array(command.dropFirst()),
            input: FileHandle(fileDescriptor: ends[1], closeOnDealloc: true), in: directory)
    }

    deinit { close(lifeline) }

    /// Makes the shell clean up now, and waits up to ten seconds for its end.
    func stop() {
        shutdown(lifeline, Int32(SHUT_RDWR))
        for _ in 0..<500 where process.isRunning { usleep(20_000) }
    }

    var output: String { process.output }

    func wait(for what: String, until isReady: () -> Bool) async throws {
        try await process.wait(for: what, until: isReady)
    }
}
