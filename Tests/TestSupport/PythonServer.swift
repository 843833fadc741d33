/// A server written as a Python script, for faults that real servers do not show on demand.
///
/// The script gets its own directory's path as the first argument and prints the port it listens on as its first line.
/// What it writes to the file `transcript` there can be read as ``transcript``.
public final class PythonServer: Sendable {
    /// The TCP port on 127.0.0.1.
    public let port: Int
    private let process: ServerProcess
    private let directory: TemporaryDirectory

    /// Starts the script with Debian's Python and waits for its port.
    ///
    /// - Throws: ``TestSupportFailure`` with its output where it prints no port within 20 seconds.
    public init(_ script: String, _ arguments: [String] = []) async throws {
        directory = try TemporaryDirectory()
        let file = try directory.write(script, to: "server.py")
        process = try ServerProcess(
            "/usr/bin/python3", ["-u", file, directory.url.path] + arguments, in: directory)
        try await process.wait(for: "its port") { [process] in process.output.contains("\n") }
        guard let line = process.output.split(separator: "\n").first, let port = Int(line) else {
            throw TestSupportFailure(description: "no port in the first line: \(process.output)")
        }
        self.port = port
    }

    /// The lines of the file `transcript`.
    public var transcript: [String] { directory.read("transcript").split(separator: "\n").map(String.init) }

    /// Makes an empty file in the script's directory, which the script may wait for.
    public func signal(_ name: String) throws { try directory.write("", to: name) }

    /// What it has printed, standard error included.
    public var output: String { process.output }
}
