internal import Curl
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Secrets
internal import Vocabulary

extension Sweep {
    /// Sends what may go now: every provider in turn, at its rate, and no provider more than three quarters of the
    /// wire while another wants it.
    func dispatch() {
        guard stopped == nil, options.isDryRun || lease.isHeld, batch.results.count < 4 * Self.batchSize else { return }
        askForBudget()
        var requests: [HTTPRequest] = []
        let time = ProcessInfo.processInfo.systemUptime
        var hungry = queues.filter { $0.value.count > 0 }.sorted { $0.key < $1.key }.compactMap { provider, queue in
            facts(of: provider).map { (queue: queue, facts: $0) }
        }
        let active = queues.values.count { !$0.isIdle }
        // What goes beyond the wire's width waits inside the client, so that it never waits for us.
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

    /// The rate holds over all runners, through the store alone. By its true clock: a moved one passes no faster.
    private func askForBudget() {
        for (provider, queue) in queues.sorted(by: { $0.key < $1.key }) {
            guard let probes = queue.wantsBudget() else { continue }
            let (inbox, store, rate) = (inbox, vault.store, queue.ratePerSecond)
            Task {
                do {
                    let start = try await store.sharedTransaction { transaction in
                        let delay = try RateBudgetTable.reserve(
                            probes, of: provider, perSecond: rate, now: store.database.now, in: transaction)
                        // At once: whatever comes between would move the stretch into the next one's time.
                        return ProcessInfo.processInfo.systemUptime + delay
                    }
                    inbox.yield(.reserved(provider: provider, probes: probes, start: start))
                } catch {
                    inbox.yield(.failed(error))
                }
            }
        }
    }

    /// Tells other runners, too, that the provider has had enough.
    private func pause(_ provider: String, for seconds: TimeInterval) {
        let (inbox, store) = (inbox, vault.store)
        Task {
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

    /// Decrypts one key and adds its request, with the controls beside it; a key that cannot be opened or addressed gets
    /// its result at once.
    private func open(
        _ due: DueKey, from queue: ProviderQueue, to facts: ProviderFacts, into requests: inout [HTTPRequest]
    ) {
        do throws(OpenFailure) {
            let secret = try sealer.open(due.ciphertext, associatedData: due.key.associatedData)
            add(due, from: queue, to: facts, secret: secret, to: &requests)
        } catch {
            queue.came(back: nil, keyID: due.key.id, at: 0)
            record(due, by: facts, as: ours(.undecryptable))
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
            wantControls(beside: due, facts, at: control)
            requests.append(request)
        } catch {
            queue.came(back: nil, keyID: due.key.id, at: 0)
            record(due, by: facts, as: ours(.unsupported), details: "no request can be made from its parameters")
        }
    }

    private func ours(_ finding: Finding) -> Observation {
        Observation(Classification(finding: finding), httpStatus: nil, latency: .zero, at: vault.store.now())
    }

    /// Judges what came back; an aborted exchange says nothing and its key stays due.
    func handle(_ completions: [Completion]) throws {
        Failpoint.answersIn.hit()
        if stopped == nil, completions.contains(where: \.isAborted) { throw ClientGaveUp() }
        let (now, time) = (vault.store.now(), ProcessInfo.processInfo.systemUptime)
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
            flight.queue.came(back: nil, keyID: key.id, at: time)
            return
        }
        let book = flight.facts.provider.classifier
        let observation = prober.observation(completion, by: book, key: flight.secret, at: now)
        if let seconds = flight.queue.came(back: observation, keyID: key.id, at: time) {
            pause(key.provider, for: seconds)
        }
        judgeOnceControlIsKnown(Answered(flight: flight, observation: observation))
    }

    /// Rules on one answer; it is written with the next batch.
    func record(
        _ due: DueKey, by facts: ProviderFacts, as observation: Observation, key: SecretBytes? = nil,
        control: ControlOutcome? = nil, details: String? = nil
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
            isOnTenantsHost: !facts.isHostFixed,
            details: details ?? observation.transport ?? cause)
        batch.results.append(result)
        tally.count(observation, provider: due.key.provider)
    }
}

/// The HTTP client ended by itself, for want of memory or descriptors; the run cannot do its work.
struct ClientGaveUp: Error {}

extension Completion {
    var isAborted: Bool {
        if case .failure(.aborted) = result { true } else { false }
    }
}
