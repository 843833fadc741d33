internal import Foundation

/// A test's server or command did not do what the test needs.
public struct TestSupportFailure: Error, CustomStringConvertible {
    /// What happened, with the program's output.
    public let description: String
}

/// A program that runs beside the test and is killed, by its process id, with the last reference to it.
///
/// `@unchecked Sendable` holds because the process is started in `init` and only signalled and awaited afterwards,
/// which Foundation allows from any thread.
public final class ServerProcess: @unchecked Sendable {
    /// Held while a program is started, and while a descriptor is made that no program may inherit.
    static let starting = NSLock()
    private let process = Process()
    private let log: URL

    /// Starts a program. Standard output and standard error go to one file in `directory`.
    ///
    /// - Throws: a `CocoaError` where the program does not exist.
    public convenience init(_ program: String, _ arguments: [String], in directory: TemporaryDirectory) throws {
        try self.init(program, arguments, input: .nullDevice, in: directory)
    }

    init(_ program: String, _ arguments: [String], input: FileHandle, in directory: TemporaryDirectory) throws {
        log = directory.url.appending(path: "output-\(UUID().uuidString)")
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = directory.url
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try Self.withoutBlockedSignals { try process.run() }
    }

    /// The threads of the test runner block most signals, and a program would inherit that: SIGTERM would not reach it.
    private static func withoutBlockedSignals(_ start: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try starting.withLock(start)
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// The process id.
    public var processIdentifier: Int32 { process.processIdentifier }

    /// What it has printed so far.
    public var output: String { (try? String(decoding: Data(contentsOf: log), as: UTF8.self)) ?? "" }

    /// Whether it has not ended.
    public var isRunning: Bool { process.isRunning }

    /// Sends SIGTERM and waits until the program has ended; after five seconds it is killed.
    public func stop() {
        process.terminate()
        for _ in 0..<250 where process.isRunning { usleep(20_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Polls `isReady` for up to 20 seconds.
    ///
    /// - Throws: ``TestSupportFailure`` with the program's output where it ends or takes longer.
    public func wait(for what: String, until isReady: () -> Bool) async throws {
        for _ in 0..<1_000 {
            if isReady() { return }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        let program = process.executableURL?.lastPathComponent ?? ""
        throw TestSupportFailure(description: "\(program) not ready (\(what)): \(output)")
    }

    /// Runs a command to its end and returns what it printed.
    ///
    /// - Throws: ``TestSupportFailure`` with its output where its exit status is not 0.
    @discardableResult
    public static func run(_ program: String, _ arguments: [String], in directory: TemporaryDirectory) throws -> String
    {
        let command = try ServerProcess(program, arguments, in: directory)
        defer { try? FileManager.default.removeItem(at: command.log) }
        command.process.waitUntilExit()
        guard command.process.terminationStatus == 0 else {
            throw TestSupportFailure(description: "\(program) \(arguments.joined(separator: " ")): \(command.output)")
        }
        return command.output
    }
}
