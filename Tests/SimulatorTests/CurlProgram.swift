import Foundation

/// The curl program, for what Foundation's client hides: connections, cut transfers and short timeouts.
enum CurlProgram {
    static func status(_ url: String, key: String) async throws -> String {
        try await run(["-o", "/dev/null", "-w", "%{http_code}", "-H", "Authorization: Bearer \(key)", url]).output
    }

    /// Output and exit status; the output must fit into a pipe's buffer. Blocks no thread, as the simulator needs them.
    static func run(_ arguments: [String], seconds: Int = 60) async throws -> (output: String, exit: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["-s", "--noproxy", "*", "--max-time", "\(seconds)"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        let exit = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { done.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { done.resume(throwing: error) }
        }
        return (String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self), exit)
    }
}
