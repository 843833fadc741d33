internal import CCurl
internal import Glibc

/// Drives the transfers on the client's thread, from the first request until the client was stopped.
final class TransferLoop {
    private let multi: MultiHandle
    private let mailbox: TransferMailbox
    private let options: HTTPClient.Options
    private var queue = TransferQueue()
    private var idle: [Transfer] = []
    private var active: [UnsafeMutableRawPointer: Transfer] = [:]
    private var finished: [Completion] = []
    /// In microseconds, a moving average over about the last sixteen transfers.
    private var typicalLatency = 100_000
    /// Retries that may still be made: a tenth for each answered request. Without this budget, a server that breaks every
    /// connection would get each request twice while it is in trouble.
    private var retryBudget: Double

    init(multi: MultiHandle, mailbox: TransferMailbox, options: HTTPClient.Options) {
        self.multi = multi
        self.mailbox = mailbox
        self.options = options
        retryBudget = Double(options.maxInFlight)
    }

    /// Returns when the client was stopped and every request has its completion.
    func run() {
        do {
            while try advance() {}
        } catch {
            failEverything(error)
        }
    }

    /// One pass: accepts new requests, drives the transfers, delivers completions and waits for more; false at the end.
    private func advance() throws(CurlSetupFailure) -> Bool {
        let deadline = acceptSubmitted()
        startQueued()
        try multi.perform()
        collect()
        if let deadline, ContinuousClock.now >= deadline { abortActive() }
        handOver()
        guard deadline == nil || !active.isEmpty else { return false }
        // A transfer that ended left room for a queued request: start that before waiting.
        if queue.isEmpty || active.count >= options.maxInFlight { try wait(until: deadline) }
        return true
    }

    private func acceptSubmitted() -> ContinuousClock.Instant? {
        let (jobs, deadline) = mailbox.drainSubmitted()
        queue.append(jobs)
        if deadline != nil { while let job = queue.next() { complete(job, with: .failure(.aborted)) } }
        return deadline
    }

    private func startQueued() {
        for _ in 0..<mostTogether {
            guard active.count < options.maxInFlight, let job = queue.next() else { return }
            start(job)
        }
    }

    /// The most requests to start in one pass; the first waits for the last. Where answers come at once, as from a gateway
    /// nearby, the processor is the limit and larger batches save work; where they come late, each wait lowers the rate.
    private var mostTogether: Int { typicalLatency < 10_000 ? 64 : 16 }

    private func start(_ job: TransferJob) {
        guard job.request.template.isUsable else { return complete(job, with: .failure(.unusableURL)) }
        do {
            let transfer = try idleTransfer()
            try transfer.prepare(job)
            try multi.add(transfer.easy)
            active[transfer.easy.pointer] = transfer
        } catch {
            complete(job, with: .failure(.other(error.code)))
        }
    }

    private func idleTransfer() throws(CurlSetupFailure) -> Transfer {
        if let transfer = idle.popLast() { return transfer }
        return try Transfer(options)
    }

    private func collect() {
        while let (easy, code) = multi.nextFinished() {
            guard let transfer = active[easy] else { continue }
            let result = transfer.result(for: code)
            if case .failure(let failure) = result, mayRetry(transfer, after: failure), retry(transfer) { continue }
            end(transfer, with: result)
        }
    }

    private func mayRetry(_ transfer: Transfer, after failure: TransportFailure) -> Bool {
        failure.isWorthRetry && !transfer.wasRetried && transfer.template?.method == .get && retryBudget >= 1
    }

    private func retry(_ transfer: Transfer) -> Bool {
        multi.remove(transfer.easy)
        retryBudget -= 1
        do {
            try transfer.prepareRetry()
            try multi.add(transfer.easy)
            return true
        } catch {
            return false
        }
    }

    private func end(_ transfer: Transfer, with result: Result<HTTPResponse, TransportFailure>) {
        multi.remove(transfer.easy)
        active[transfer.easy.pointer] = nil
        typicalLatency += (transfer.microseconds - typicalLatency) / 16
        if case .success = result { retryBudget = min(retryBudget + 0.1, Double(options.maxInFlight)) }
        if let job = transfer.job { complete(job, with: result, latency: transfer.latency) }
        transfer.release()
        idle.append(transfer)
    }

    private func complete(
        _ job: TransferJob, with result: Result<HTTPResponse, TransportFailure>, latency: Duration = .zero
    ) {
        let completion = Completion(tag: job.request.tag, result: result, latency: latency)
        if let continuation = job.continuation {
            continuation.resume(returning: completion)
        } else {
            finished.append(completion)
        }
    }

    private func handOver() {
        guard !finished.isEmpty else { return }
        mailbox.deliver(finished)
        finished.removeAll(keepingCapacity: true)
    }

    private func abortActive() {
        for transfer in Array(active.values) { end(transfer, with: .failure(.aborted)) }
    }

    /// libcurl itself failed, for lack of memory or descriptors: every request still gets its completion.
    private func failEverything(_ failure: CurlSetupFailure) {
        mailbox.stop(at: .now)
        for transfer in Array(active.values) { end(transfer, with: .failure(.other(failure.code))) }
        _ = acceptSubmitted()
        handOver()
    }

    /// Sleeps until there is something to do. Where answers arrive one by one, it pauses so that several gather: 0.5 % of
    /// the typical latency saves a quarter of the processor's work.
    private func wait(until deadline: ContinuousClock.Instant?) throws(CurlSetupFailure) {
        let before = ContinuousClock.now
        try multi.wait(until: min(deadline ?? before + .seconds(60), before + .seconds(60)))
        guard active.count >= 4, before.duration(to: .now) > .microseconds(250) else { return }
        usleep(UInt32(min(typicalLatency / 200, 5_000)))
    }
}

/// First in, first out.
struct TransferQueue {
    private var jobs: [TransferJob?] = []
    private var head = 0

    var isEmpty: Bool { head == jobs.count }

    mutating func append(_ more: [TransferJob]) {
        guard !more.isEmpty else { return }
        jobs.removeFirst(head)
        head = 0
        // Appending the array itself would convert it to one of optionals, element by element and by dynamic type.
        jobs.append(contentsOf: more.lazy.map { $0 })
    }

    mutating func next() -> TransferJob? {
        guard head < jobs.count else { return nil }
        defer { head += 1 }
        return jobs[head].take()
    }
}
