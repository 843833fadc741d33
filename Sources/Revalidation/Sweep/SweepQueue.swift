internal import Dispatch

/// Runs a sweep's tasks one after another: a task that hands over to the next wakes no other thread, and the data
/// stay in the processor's cache.
final class SweepQueue: TaskExecutor {
    private let queue = DispatchQueue(label: "keyvigil.sweep")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
