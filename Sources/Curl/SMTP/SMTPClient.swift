package import Mail

/// Sends messages to one relay, one after the other over one connection.
///
/// A thread that lives while there is mail does the waiting. The client repeats a delivery only where the relay had closed
/// a kept connection before the message was on its way.
package final class SMTPClient: Sendable {
    private struct State {
        var jobs: [SMTPJob] = []
        var isBusy = false
    }

    private let state = Locked(State())
    private let isStopped = Locked(false)
    private let transfer: SMTPTransfer

    /// A client that connects with its first message. Throws ``CurlSetupFailure`` when libcurl cannot be set up here.
    package init(_ relay: SMTPRelay) throws {
        transfer = try SMTPTransfer(relay) { [isStopped] in isStopped.withLock { $0 } }
    }

    /// Delivers a message with any line ends; they are sent as CRLF. Returns after the relay's final reply or, without one,
    /// after the relay's timeouts. Cancelling the task has no effect: see ``stop()``.
    ///
    /// - Parameter deadline: no message begins after it, however long this process was suspended in between; a message
    ///   on its way by then goes on.
    package func deliver(
        _ message: [UInt8], from: MailAddress, to: MailAddress, startingBefore deadline: ContinuousClock.Instant
    ) async -> Delivery {
        await withCheckedContinuation { continuation in
            let job = SMTPJob(message: message, from: from, to: to, deadline: deadline, continuation: continuation)
            let mustStart = state.withLock { state in
                state.jobs.append(job)
                defer { state.isBusy = true }
                return !state.isBusy
            }
            if mustStart { start() }
        }
    }

    /// Ends the delivery under way within about a second and accepts no more. A message that was sent completely is then
    /// in doubt; all others were not sent.
    package func stop() {
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

    /// Nil when all messages are delivered: the thread ends, and the next message starts another.
    private func next() -> SMTPJob? {
        state.withLock { state in
            guard !state.jobs.isEmpty else {
                state.isBusy = false
                return nil
            }
            return state.jobs.removeFirst()
        }
    }
}
