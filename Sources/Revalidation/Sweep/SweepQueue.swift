internal import Dispatch

/// Where a sweep's tasks run, one after another: what one hands to the next wakes no other thread, and finds its data in
/// the cache that it left them in.
final class SweepQueue: TaskExecutor {
    private let queue = DispatchQueue(label: "keyvigil.sweep")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
