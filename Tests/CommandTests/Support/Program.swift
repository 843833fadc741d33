import Foundation
import TestSupport

/// The built program, started as a shell or cron starts it: only the environment it is given, no terminal.
///
/// `@unchecked Sendable` holds because the process is configured and started in `init` and afterwards only signalled and
/// awaited, which Foundation allows from any thread.
final class Program: @unchecked Sendable {
    /// Beside the test bundle, in the directory of the products.
    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("keyvigil").path

    private let process = Process()
    private let ended = AsyncStream<Void>.makeStream()
    private let files: TemporaryDirectory

    /// Starts it. Without `stdin` its standard input is empty.
    init(
        _ arguments: [String], program: String = Program.path, stdin: Data = Data(), environment: [String: String]
    ) throws {
        files = try TemporaryDirectory()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = files.url
        try stdin.write(to: files.url.appending(path: "in"))
        process.standardInput = try FileHandle(forReadingFrom: files.url.appending(path: "in"))
        process.standardOutput = try Self.file("out", in: files)
        process.standardError = try Self.file("err", in: files)
        process.terminationHandler = { [ended] _ in ended.continuation.finish() }
        try Self.withoutBlockedSignals { try process.run() }
    }

    private static func file(_ name: String, in files: TemporaryDirectory) throws -> FileHandle {
        try files.write("", to: name)
        return try FileHandle(forWritingTo: files.url.appending(path: name))
    }

    /// The test runner's threads block most signals, and the program would inherit that.
    private static func withoutBlockedSignals(_ start: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try start()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var processIdentifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for its end; a program that takes longer than two minutes is killed.
    func finish() async -> Finished {
        let watchdog = Task { [self] in
            try await Task.sleep(for: .seconds(120))
            signal(SIGKILL)
        }
        for await _ in ended.stream {}
        watchdog.cancel()
        let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Finished(status: status, output: files.read("out"), errors: files.read("err"))
    }
}
