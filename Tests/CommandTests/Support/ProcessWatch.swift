import Foundation

/// Reads repeatedly, while a process runs, what every user of a machine may read about it.
final class ProcessWatch: Sendable {
    private let task: Task<Data, Never>

    init(_ processIdentifier: Int32) {
        task = Task.detached {
            var seen = Data()
            while !Task.isCancelled {
                for file in ["cmdline", "environ", "comm", "status"] {
                    let text = FileManager.default.contents(atPath: "/proc/\(processIdentifier)/\(file)") ?? Data()
                    if seen.range(of: text) == nil { seen += text }
                }
                try? await Task.sleep(for: .milliseconds(5))
            }
            return seen
        }
    }

    /// Each distinct text that was read.
    func end() async -> Data {
        task.cancel()
        return await task.value
    }
}
