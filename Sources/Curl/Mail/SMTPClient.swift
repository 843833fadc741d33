/// Hands messages to one relay, one after the other over one connection.
///
/// The waiting is done by a thread that lives while there is mail. Nothing is tried twice here, except where a kept
/// connection had been closed by the relay before the message was on its way.
public final class SMTPClient: Sendable {
    private struct State {
        var jobs: [MailJob] = []
        var isBusy = false
    }

    private let state = Locked(State())
    private let isStopped = Locked(false)
    private let transfer: MailTransfer

    /// Connects to nothing yet. Throws when libcurl cannot be set up on this machine.
    public init(_ relay: SMTPRelay) throws {
        transfer = try MailTransfer(relay) { [isStopped] in isStopped.withLock { $0 } }
    }

    /// Delivers a message of any line ends; it is sent with CRLF. Returns after the relay's final reply, or without one
    /// after the relay's timeouts. Does not react to cancellation of the task: see ``stop()``.
    ///
    /// - Parameter deadline: from then on no byte of the message is sent, however long this process was stopped in
    ///   between; a message on its way by then goes on.
    public func deliver(
        _ message: [UInt8], from: MailAddress, to: MailAddress, startingBefore deadline: ContinuousClock.Instant
    ) async -> Delivery {
        await withCheckedContinuation { continuation in
            let job = MailJob(message: message, from: from, to: to, deadline: deadline, continuation: continuation)
            let mustStart = state.withLock { state in
                state.jobs.append(job)
                defer { state.isBusy = true }
                return !state.isBusy
            }
            if mustStart { start() }
        }
    }

    /// Ends the delivery under way within about a second and takes no more. A message that was handed over completely is
    /// then in doubt; all others were not sent.
    public func stop() {
        isStopped.withLock { $0 = true }
    }

    private func start() {
        do {
            try DedicatedThread.start { self.drain() }
        } catch {
            while let job = next() { job.continuation.resume(returning: .relayUnavailable(reason: error.description)) }
        }
    }

    private func drain() {
        while let job = next() {
            let isStopped = isStopped.withLock { $0 }
            job.continuation.resume(
                returning: isStopped ? .relayUnavailable(reason: "stopped") : transfer.deliver(job))
        }
    }

    /// Nothing when all is done: the thread ends, and the next message starts another.
    private func next() -> MailJob? {
        state.withLock { state in
            guard !state.jobs.isEmpty else {
                state.isBusy = false
                return nil
            }
            return state.jobs.removeFirst()
        }
    }
}
