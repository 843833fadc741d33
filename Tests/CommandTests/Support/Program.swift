import Foundation
import Synchronization
import TestSupport

/// The built program, started as a shell or cron starts it: with a given environment only, no terminal, no blocked
/// signals.
///
/// It uses `posix_spawn` and one waiting thread; dozens of concurrent Foundation `Process` block the threads they need.
final class Program: Sendable {
    /// Beside the test bundle, in the directory of the products.
    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("keyvigil").path

    let processIdentifier: pid_t
    private let ended: AsyncStream<Int32>
    private let hasEnded = Mutex(false)
    private let files: TemporaryDirectory

    /// Starts the program. Without `stdin` its standard input is empty.
    init(
        _ arguments: [String], program: String = Program.path, stdin: Data = Data(), environment: [String: String]
    ) throws {
        files = try TemporaryDirectory()
        try stdin.write(to: files.url.appending(path: "in"))
        processIdentifier = try Self.spawn(program, arguments, environment, files)
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        ended = stream
        let process = processIdentifier
        Thread.detachNewThread { [hasEndedFlag = Flag(self)] in
            var status: Int32 = 0
            while waitpid(process, &status, 0) == -1, errno == EINTR {}
            hasEndedFlag.raise()
            continuation.yield(status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f))
            continuation.finish()
        }
    }

    /// The waiting thread marks here that the process id is no longer valid, without retaining the program.
    private final class Flag: Sendable {
        private weak let program: Program?
        init(_ program: Program) { self.program = program }
        func raise() { program?.hasEnded.withLock { $0 = true } }
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String], _ files: TemporaryDirectory
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, files.path("in"), O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, files.path("out"), O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, files.path("err"), O_WRONLY | O_CREAT, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, program, &actions, &attributes, words, variables)
        guard code == 0 else {
            throw SetupFailure(Finished(status: code, output: "", errors: "cannot start \(program)"))
        }
        return process
    }

    deinit { signal(SIGKILL) }

    /// Sends a signal; returns false if the program has ended.
    @discardableResult
    func signal(_ number: Int32) -> Bool { hasEnded.withLock { !$0 && kill(processIdentifier, number) == 0 } }

    /// Whether the program has ended.
    var isOver: Bool { hasEnded.withLock(\.self) }

    /// Waits for the program's end; kills it if it takes longer.
    func finish(within limit: Duration = .seconds(120)) async -> Finished {
        let watchdog = Task { [self] in
            try await Task.sleep(for: limit)
            signal(SIGKILL)
        }
        var status: Int32 = -1
        for await code in ended { status = code }
        watchdog.cancel()
        return Finished(status: status, output: files.read("out"), errors: files.read("err"))
    }
}
