internal import Dispatch

/// The thread of one ``Database``: a serial queue as the actor's executor.
final class DatabaseThread: SerialExecutor {
    private let queue = DispatchQueue(label: "keyvigil.database")

    /// Runs `body` on this thread without blocking the caller's, for work that precedes the actor.
    func run<Value>(_ body: @escaping @Sendable () throws -> sending Value) async throws -> sending Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                do {
                    continuation.resume(returning: try body())
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
