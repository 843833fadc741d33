internal import Curl
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Secrets
internal import Vocabulary

extension Sweep {
    /// Sends the requests that may go now: providers in turn, each at its rate, and none with more than three
    /// quarters of the allowed concurrency while another is active.
    func dispatch() {
        guard stopped == nil, options.isDryRun || lease.isHeld, batch.results.count < 4 * Self.batchSize else { return }
        askForBudget()
        var requests: [HTTPRequest] = []
        let time = ProcessInfo.processInfo.systemUptime
        var hungry = queues.filter { $0.value.count > 0 }.sorted { $0.key < $1.key }.compactMap { provider, queue in
            facts(of: provider).map { (queue: queue, facts: $0) }
        }
        let active = queues.values.count { !$0.isIdle }
        // Requests beyond the concurrency wait inside the client, so that it always has a next one.
        let width = options.concurrency + Self.ahead
        let share = active > 1 ? max(options.concurrency * 3 / 4, 1) : width
        while !hungry.isEmpty, inFlight.count < width {
            hungry.removeAll { queue, facts in
                guard inFlight.count < width, queue.onWire < share, let due = queue.next(at: time) else { return true }
                open(due, from: queue, to: facts, into: &requests)
                return false
            }
        }
        if !requests.isEmpty { client.submit(requests) }
    }

    /// Reserves sending time in the store, so that a provider's rate holds over all runners. By the database's real
    /// clock: a clock that a test has moved passes no faster.
    private func askForBudget() {
        for (provider, queue) in queues.sorted(by: { $0.key < $1.key }) {
            guard let probes = queue.wantsBudget() else { continue }
            Task { [inbox, store = vault.store, rate = queue.ratePerSecond] in
                do {
                    let start = try await store.sharedTransaction { transaction in
                        let delay = try RateBudgetTable.reserve(
                            probes, of: provider, perSecond: rate, now: store.database.now, in: transaction)
                        // Read at once: a delay in between would move this stretch into the time of the next one.
                        return ProcessInfo.processInfo.systemUptime + delay
                    }
                    inbox.yield(.reserved(provider: provider, probes: probes, start: start))
                } catch {
                    inbox.yield(.failed(error))
                }
            }
        }
    }

    /// Stores that the provider is paused for so many seconds, so that other runners pause too.
    private func pause(_ provider: String, for seconds: TimeInterval) {
        Task { [inbox, store = vault.store] in
            do {
                try await store.sharedTransaction { transaction in
                    try RateBudgetTable.pause(provider, until: store.database.now + seconds, in: transaction)
                }
            } catch {
                inbox.yield(.failed(error))
            }
        }
    }

    static let ahead = 192
    static let batchSize = 500

    /// Decrypts one key and adds its request, with the controls beside it; a key that cannot be opened or addressed
    /// gets its result at once.
    private func open(
        _ due: DueKey, from queue: ProviderQueue, to facts: ProviderFacts, into requests: inout [HTTPRequest]
    ) {
        do throws(OpenFailure) {
            let secret = try sealer.open(due.ciphertext, associatedData: due.key.associatedData)
            add(due, from: queue, to: facts, secret: secret, to: &requests)
        } catch {
            queue.requestEnded(back: nil, keyID: due.key.id, at: 0)
            record(due, by: facts, as: localObservation(.undecryptable))
        }
    }

    private func add(
        _ due: DueKey, from queue: ProviderQueue, to facts: ProviderFacts, secret: SecretBytes,
        to requests: inout [HTTPRequest]
    ) {
        let tag = makeTag()
        do {
            let request = try prober.request(
                tag: tag, provider: facts.provider, params: due.key.params, key: secret, freshConnection: due.isFresh)
            let control = vault.controlPoint(for: due.key, facts)
            inFlight[tag] = InFlight(
                tag: tag, due: due, queue: queue, facts: facts, secret: secret, control: control)
            claimControls(beside: due, facts, at: control)
            requests.append(request)
        } catch {
            queue.requestEnded(back: nil, keyID: due.key.id, at: 0)
            record(due, by: facts, as: localObservation(.unsupported, .noRequest))
        }
    }

    private func localObservation(_ finding: Finding, _ note: ProbeNote? = nil) -> Observation {
        Observation(
            Classification(finding: finding), httpStatus: nil, latency: .zero, at: vault.store.now(), note: note)
    }

    /// Handles requests that have ended; an aborted one says nothing, and its key stays due.
    func handle(_ completions: [Completion]) throws {
        Failpoint.answersIn.hit()
        if stopped == nil, completions.contains(where: \.isAborted) { throw ClientGaveUp() }
        let now = vault.store.now()
        let time = ProcessInfo.processInfo.systemUptime
        for completion in completions {
            if let control = controlsInFlight.removeValue(forKey: completion.tag) {
                handle(completion, of: control, at: now)
            } else if let flight = inFlight[completion.tag] {
                handle(completion, of: flight, at: now, uptime: time)
            }
        }
    }

    private func handle(_ completion: Completion, of flight: InFlight, at now: Date, uptime time: TimeInterval) {
        let key = flight.due.key
        guard !completion.isAborted else {
            inFlight[flight.tag] = nil
            flight.queue.requestEnded(back: nil, keyID: key.id, at: time)
            return
        }
        let book = flight.facts.provider.classifier
        let observation = prober.observation(completion, by: book, key: flight.secret, at: now)
        if let seconds = flight.queue.requestEnded(back: observation, keyID: key.id, at: time) {
            pause(key.provider, for: seconds)
        }
        judgeOnceControlIsKnown(Answered(flight: flight, observation: observation))
    }

    /// Computes the transition that follows from one observation; both are written with the next batch.
    func record(
        _ due: DueKey, by facts: ProviderFacts, as observation: Observation, key: SecretBytes? = nil,
        control: ControlOutcome? = nil
    ) {
        var health = due.key.health
        if let key {
            health.keyType = facts.onlyKeyType ?? key.withBytes(facts.provider.keyType)
            health.host = vault.listedHost(of: due.key, facts)
        }
        let scope = GuardScope(due.key, health)
        let transition = HealthTransition(
            on: observation, of: health, in: scope, history: histories[scope],
            seesCredit: facts.provider.probe.seesCredit,
            expiry: observation.classification.expiresAt ?? due.key.expiresAt, timing: options.timing)
        let result = ProbeResult(
            due: due, observation: observation, transition: transition, control: control,
            isOnTenantsHost: !facts.isHostFixed, cause: cause)
        batch.results.append(result)
        tally.count(observation, provider: due.key.provider)
    }
}

/// The HTTP client ended by itself, for lack of memory or descriptors; the run cannot do its work.
struct ClientGaveUp: Error {}

extension Completion {
    var isAborted: Bool {
        if case .failure(.aborted) = result { true } else { false }
    }
}
