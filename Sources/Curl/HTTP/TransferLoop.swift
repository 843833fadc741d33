internal import CCurl
internal import Glibc

/// Drives the transfers on a thread of its own, from the first request until the client was stopped.
final class TransferLoop {
    private let multi: MultiHandle
    private let traffic: Traffic
    private let options: HTTPClient.Options
    private var queue = TransferQueue()
    private var idle: [Transfer] = []
    private var active: [UnsafeMutableRawPointer: Transfer] = [:]
    private var finished: [Completion] = []
    /// Microseconds, a moving average over about the last sixteen.
    private var typicalLatency = 100_000
    /// How many requests may be sent again: one for ten that were answered. A server that breaks every connection would
    /// otherwise hear each request twice, in the middle of its trouble.
    private var retries: Double

    init(multi: MultiHandle, traffic: Traffic, options: HTTPClient.Options) {
        self.multi = multi
        self.traffic = traffic
        self.options = options
        retries = Double(options.maxInFlight)
    }

    /// Returns when the client was stopped and every request has its completion.
    func run() {
        do {
            while try advance() {}
        } catch {
            failEverything(error)
        }
    }

    /// One pass: new work in, all transfers moved on, completions out, and a wait for more.
    private func advance() throws(CurlSetupFailure) -> Bool {
        let deadline = takeWork()
        startQueued()
        try multi.perform()
        collect()
        if let deadline, ContinuousClock.now >= deadline { abortActive() }
        handOver()
        guard deadline == nil || !active.isEmpty else { return false }
        // A request that ended left room for a queued one: no wait before that is on its way.
        if queue.isEmpty || active.count >= options.maxInFlight { try wait(until: deadline) }
        return true
    }

    private func takeWork() -> ContinuousClock.Instant? {
        let (jobs, deadline) = traffic.takeSubmitted()
        queue.append(jobs)
        if deadline != nil { while let job = queue.next() { complete(job, .failure(.aborted), .zero) } }
        return deadline
    }

    private func startQueued() {
        for _ in 0..<mostTogether {
            guard active.count < options.maxInFlight, let job = queue.next() else { return }
            start(job)
        }
    }

    /// Requests that leave together: the first waits for the last. Where answers come at once, as from a gateway in the same
    /// house, the processor is the limit, and more of them save it work; where they are late each wait lowers the rate.
    private var mostTogether: Int { typicalLatency < 10_000 ? 64 : 16 }

    private func start(_ job: TransferJob) {
        guard job.request.template.isUsable else { return complete(job, .failure(.unusableURL), .zero) }
        do {
            let transfer = try idleTransfer()
            try transfer.prepare(job)
            try multi.add(transfer.easy)
            active[transfer.easy.pointer] = transfer
        } catch {
            complete(job, .failure(.other(error.code)), .zero)
        }
    }

    private func idleTransfer() throws(CurlSetupFailure) -> Transfer {
        if let transfer = idle.popLast() { return transfer }
        return try Transfer(options)
    }

    private func collect() {
        while let (easy, code) = multi.nextFinished() {
            guard let transfer = active[easy] else { continue }
            let outcome = transfer.outcome(code)
            if case .failure(let failure) = outcome, isWorthRetry(transfer, failure), retry(transfer) { continue }
            end(transfer, outcome)
        }
    }

    private func isWorthRetry(_ transfer: Transfer, _ failure: TransportFailure) -> Bool {
        failure.isWorthRetry && !transfer.wasRetried && transfer.template?.method == .get && retries >= 1
    }

    private func retry(_ transfer: Transfer) -> Bool {
        multi.remove(transfer.easy)
        retries -= 1
        do {
            try transfer.prepareRetry()
            try multi.add(transfer.easy)
            return true
        } catch {
            return false
        }
    }

    private func end(_ transfer: Transfer, _ outcome: Result<HTTPResponse, TransportFailure>) {
        multi.remove(transfer.easy)
        active[transfer.easy.pointer] = nil
        typicalLatency += (transfer.microseconds - typicalLatency) / 16
        if case .success = outcome { retries = min(retries + 0.1, Double(options.maxInFlight)) }
        if let job = transfer.job { complete(job, outcome, transfer.latency) }
        transfer.release()
        idle.append(transfer)
    }

    private func complete(
        _ job: TransferJob, _ outcome: Result<HTTPResponse, TransportFailure>, _ latency: Duration
    ) {
        let completion = Completion(tag: job.request.tag, result: outcome, latency: latency)
        if let continuation = job.continuation {
            continuation.resume(returning: completion)
        } else {
            finished.append(completion)
        }
    }

    private func handOver() {
        guard !finished.isEmpty else { return }
        traffic.deliver(finished)
        finished.removeAll(keepingCapacity: true)
    }

    private func abortActive() {
        for transfer in Array(active.values) { end(transfer, .failure(.aborted)) }
    }

    /// libcurl itself gave up, for want of memory or descriptors: nothing may stay without an answer.
    private func failEverything(_ failure: CurlSetupFailure) {
        traffic.stop(at: .now)
        for transfer in Array(active.values) { end(transfer, .failure(.other(failure.code))) }
        _ = takeWork()
        handOver()
    }

    /// Sleeps until there is something to do. Where answers come in one by one, it lets some gather: a pause that costs
    /// half a hundredth of the time saves a quarter of the processor's work.
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
        // Each as it is: an array that is taken for one of optionals is looked through by type.
        jobs.append(contentsOf: more.lazy.map { $0 })
    }

    mutating func next() -> TransferJob? {
        guard head < jobs.count else { return nil }
        defer { head += 1 }
        return jobs[head].take()
    }
}
