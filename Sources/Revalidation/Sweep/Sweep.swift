internal import Curl
internal import Database
internal import Foundation
internal import KeyVigil
internal import Secrets

/// Step 3 of a run, observe: due keys are read, probed many at once, judged, and written in batches.
///
/// One task owns it and reacts to one event at a time: answers, a page of keys, a commit, the tick of a clock. So
/// network, database and decisions work at the same time without shared state.
final class Sweep {
    enum Event: Sendable {
        case answers([Completion])
        case page(slice: DueCursor, [DueKey])
        case claimed(SliceClaim)
        case reserved(provider: String, probes: Int, start: TimeInterval)
        case control(WantedControl, ControlClaim)
        case committed(Batch, Batch.WriteSummary)
        case failed(any Error)
        case tick
    }

    let vault: KeyVault
    let activeProviders: ActiveProviders
    let options: RunOptions
    /// Grows as slices are leased.
    var lease: SliceLease
    let startedAt: Date
    let prober: Prober
    /// The sweep's own, so that its stream of answers has one reader and ends with the sweep.
    let client: HTTPClient
    let sealer: Sealer
    let events: AsyncStream<Event>
    let inbox: AsyncStream<Event>.Continuation
    let progress: @Sendable (Progress) -> Void
    private let executor = SweepQueue()

    /// The run that the audit rows of the results belong to.
    let auditedRun: AuditedRun
    var tally = SweepTally()
    var queues: [String: ProviderQueue] = [:]
    var inFlight: [Int: InFlight] = [:]
    var controlsInFlight: [Int: WantedControl] = [:]
    /// Number of controls whose claim in the store is under way.
    var pendingControlClaims = 0
    /// Stored controls that were answered after this time count with any outcome, older ones only if they passed.
    let sweepStartedAt: Date
    var controls: [ControlPoint: ControlState]
    /// Canaries that no runner has asked for hours; each is asked beside its provider's first key.
    var canariesToAsk: [String: Canary]
    let histories: ScopeHistories
    private var factsByProvider: [String: ProviderFacts] = [:]
    /// Keys that were read and whose result is not in the store yet.
    var unsettledKeyIDs: Set<String> = []
    var batch = Batch()
    var isCommitting = false
    var reading: Reading
    /// Why these keys are checked early; written to their audit rows.
    var cause: KeyProbed.Cause?
    /// Set once no new work may begin.
    var stopped: StopReason?
    private(set) var isTerminating = false
    private var nextTag = 0
    var lastCommit = ContinuousClock.now

    enum StopReason: Sendable { case terminated, outOfTime, leaseLost }

    init(
        vault: KeyVault, activeProviders: ActiveProviders, options: RunOptions, lease: SliceLease, mayClaim: Bool,
        auditedRun: AuditedRun, startedAt: Date, progress: @escaping @Sendable (Progress) -> Void
    ) async throws {
        let now = vault.store.now()
        let canaries = options.canaries
        let settings = options.isDryRun ? options.breaker : nil
        let (known, histories) = try await vault.store.database.read { connection in
            (
                try KnownControls(
                    connection, canaries: canaries, onTenantsHosts: activeProviders.onTenantsHosts, at: now),
                try ScopeHistories(connection, closing: settings, at: now)
            )
        }
        controls = Dictionary(uniqueKeysWithValues: known.passed.map { ($0, .known(.passed)) })
        canariesToAsk = known.canariesToAsk
        self.histories = histories
        sweepStartedAt = now
        self.vault = vault
        self.activeProviders = activeProviders
        self.options = options
        self.lease = lease
        self.auditedRun = auditedRun
        self.startedAt = startedAt
        self.progress = progress
        prober = Prober(catalogue: vault.catalogue, overrides: vault.overrides, timeout: vault.timeout)
        client = try HTTPClient(vault.client.options)
        sealer = try Sealer(vault.ring)
        reading = Reading(
            slices: lease.slices, hasMore: mayClaim, selection: options.selection,
            providers: activeProviders.live, startedAt: startedAt)
        (events, inbox) = AsyncStream.makeStream(of: Event.self)
    }

    /// Works until the results of all due keys are written, the time is over or a stop request comes.
    func run() async throws {
        try await withTaskExecutorPreference(executor) { try await react() }
    }

    private func react() async throws {
        let sources = startSources()
        defer {
            sources.forEach { $0.cancel() }
            client.stop(grace: .zero)
        }
        advance()
        for await event in events {
            try handle(event)
            advance()
            if isFinished { break }
        }
        countControls()
        reportProgress()
    }

    private func startSources() -> [Task<Void, Never>] {
        [
            Task(executorPreference: executor) { [inbox, client] in
                while case let batch = await client.completions(), !batch.isEmpty { inbox.yield(.answers(batch)) }
            },
            Task(executorPreference: executor) { [inbox] in
                while (try? await Task.sleep(for: .milliseconds(50))) != nil { inbox.yield(.tick) }
            },
        ]
    }

    private func handle(_ event: Event) throws {
        switch event {
        case .answers(let completions): try handle(completions)
        case .page(let cursor, let keys): handle(keys, from: cursor)
        case .claimed(let claim): handle(claim)
        case .reserved(let provider, let probes, let start): queues[provider]?.grant(budget: probes, from: start)
        case .control(let control, let claim): handle(control, after: claim)
        case .committed(let batch, let outcome): settle(batch, as: outcome)
        case .failed(let error): try fail(error)
        case .tick:
            if options.stop.isRaised { terminate() }
            reportProgress()
        }
    }

    /// Does all that can be done now. Requests are sent first, because a batch is committed once none is in flight.
    private func advance() {
        if stopped == nil, startedAt.addingTimeInterval(options.maxDuration) <= vault.store.now() { stop(.outOfTime) }
        dispatch()
        commitIfDue()
        readIfRoom()
    }

    private var isFinished: Bool {
        inFlight.isEmpty && controlsInFlight.isEmpty && pendingControlClaims == 0
            && batch.isEmpty && !isCommitting && !reading.isBusy
            && (stopped != nil || (reading.isDone && queues.values.allSatisfy { $0.count == 0 }))
    }

    /// Obeys a stop request: requests on the wire have three more seconds, even if other work had stopped before.
    private func terminate() {
        guard !isTerminating else { return }
        isTerminating = true
        stop(.terminated)
        client.stop(grace: .seconds(3))
    }

    func stop(_ reason: StopReason) {
        guard stopped == nil else { return }
        stopped = reason
        for queue in queues.values { queue.removeAll() }
    }

    /// A lost lease ends the work and keeps what was committed; anything else ends the run.
    private func fail(_ error: any Error) throws {
        guard error is LeaseLost else { throw error }
        stop(.leaseLost)
        isCommitting = false
        batch = Batch()
    }

    func facts(of provider: String) -> ProviderFacts? {
        if let known = factsByProvider[provider] { return known }
        guard let known = vault.catalogue[provider] else { return nil }
        let facts = ProviderFacts(known, vault.overrides[provider])
        factsByProvider[provider] = facts
        return facts
    }

    func makeTag() -> Int {
        nextTag += 1
        return nextTag
    }

    private func reportProgress() {
        let waiting = queues.values.reduce(0) { $0 + $1.count } + inFlight.count
        progress(Progress(done: tally.found, due: tally.due, waiting: waiting))
    }
}

/// How far a sweep has come, for a progress bar.
package struct Progress: Sendable {
    /// Keys with a result.
    package let done: Int
    /// Keys that were due when the run began.
    package let due: Int
    /// Keys in the queue or on the wire.
    package let waiting: Int
}
