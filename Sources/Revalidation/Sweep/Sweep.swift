internal import Curl
internal import Database
internal import Foundation
internal import KeyVigil
internal import Secrets

/// Step 3 of a run, observe: due keys are read, probed many at once, judged, and written in batches.
///
/// One task owns it and reacts to one event at a time: answers, a page of keys, a commit, the tick of a clock. So the wire, the database and the decisions work at the same time without sharing anything.
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
    /// Its own, so that its stream of answers has one reader and ends with it.
    let client: HTTPClient
    let sealer: Sealer
    let (events, inbox): (AsyncStream<Event>, AsyncStream<Event>.Continuation)
    let progress: @Sendable (Progress) -> Void
    private let executor = SweepQueue()

    /// The run whose audit log tells of the results.
    let auditedRun: AuditedRun
    var tally = SweepTally()
    var queues: [String: ProviderQueue] = [:]
    var inFlight: [Int: InFlight] = [:]
    var controlsInFlight: [Int: WantedControl] = [:]
    /// Of which the store has not said yet whether another runner asks them.
    var controlsWanted = 0
    /// Whatever control was answered since then is news.
    let began: Date
    var controls: [ControlPoint: ControlState]
    /// Canaries that no runner has asked for hours, until their provider's first key goes out.
    var canariesToAsk: [String: Canary]
    let histories: ScopeHistories
    private var factsByProvider: [String: ProviderFacts] = [:]
    /// Keys that were read and whose result is not in the store yet.
    var known: Set<String> = []
    var batch = Batch()
    var isCommitting = false
    var reading: Reading
    /// Why these keys are checked before their turn; stands in their audit rows.
    var cause: String?
    /// Set when no new work is begun any more.
    var stopped: StopReason?
    private(set) var isTerminating = false
    private var nextTag = 0
    var lastCommit = ContinuousClock.now

    enum StopReason: Sendable { case terminated, outOfTime, leaseLost }

    init(
        vault: KeyVault, activeProviders: ActiveProviders, options: RunOptions, lease: SliceLease, mayClaim: Bool,
        auditedRun: AuditedRun, startedAt: Date, progress: @escaping @Sendable (Progress) -> Void
    ) async throws {
        let (now, canaries) = (vault.store.now(), options.canaries)
        let settings = options.isDryRun ? options.breaker : nil
        let (known, histories) = try await vault.store.database.read { connection in
            (
                try KnownControls(
                    connection, canaries: canaries, onTenantsHosts: activeProviders.onTenantsHosts, at: now),
                try ScopeHistories(connection, closing: settings, at: now)
            )
        }
        controls = Dictionary(uniqueKeysWithValues: known.passed.map { ($0, .known(.passed)) })
        (canariesToAsk, self.histories, began) = (known.canariesToAsk, histories, now)
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

    /// Works until all due keys are written, time is over or somebody wishes to stop.
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
        let (inbox, client, executor) = (inbox, client, executor)
        return [
            Task(executorPreference: executor) {
                while case let batch = await client.completions(), !batch.isEmpty { inbox.yield(.answers(batch)) }
            },
            Task(executorPreference: executor) {
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

    /// Everything that can be done now. First the wire: one that has just been read empty ends no batch.
    private func advance() {
        if stopped == nil, startedAt.addingTimeInterval(options.maxDuration) <= vault.store.now() { stop(.outOfTime) }
        dispatch()
        commitIfDue()
        readIfHungry()
    }

    private var isFinished: Bool {
        inFlight.isEmpty && controlsInFlight.isEmpty && controlsWanted == 0
            && batch.isEmpty && !isCommitting && !reading.isBusy
            && (stopped != nil || (reading.isDone && queues.values.allSatisfy { $0.count == 0 }))
    }

    /// What is on the wire has three seconds, whatever had stopped the rest before.
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
        progress(Progress(done: tally.found, known: tally.due, waiting: waiting))
    }
}

/// How far a sweep has come, for a progress bar.
package struct Progress: Sendable {
    /// Keys with a result.
    package let done: Int
    /// Keys that were due when the run began.
    package let known: Int
    /// Keys in the queue or on the wire.
    package let waiting: Int
}
