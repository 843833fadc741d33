internal import Curl
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Secrets
internal import Vocabulary

/// What is known at a control point.
enum ControlState {
    /// On the wire; these answers wait for it.
    case asked(waiting: [Answered])
    case known(ControlOutcome)
}

/// A key's answer, not yet judged.
struct Answered {
    let flight: InFlight
    let observation: Observation
}

extension Sweep {
    /// Wants the controls that belong beside this key's own request, if nobody has asked yet.
    func wantControls(beside due: DueKey, _ facts: ProviderFacts, at point: ControlPoint?) {
        let provider = facts.provider
        if let point, controls[point] == nil {
            controls[point] = .asked(waiting: [])
            want(
                WantedControl(
                    point: point, kind: .negative, provider: provider, params: due.key.params,
                    secret: provider.someMadeUpKey()))
        }
        if !canariesToAsk.isEmpty, let canary = canariesToAsk.removeValue(forKey: provider.id) {
            let params = try? EndpointParameters.json(canary.params)
            want(
                WantedControl(
                    point: ControlPoint(provider: provider.id, host: "", isTenants: false), kind: .canary,
                    provider: provider, params: params ?? "{}", secret: canary.secret,
                    keyHost: vault.listedHost(of: provider, params: canary.params)))
        }
    }

    /// One runner asks for all of them; a dry run, which leaves nothing in the store, for itself.
    private func want(_ control: WantedControl, after delay: Duration = .zero) {
        guard !options.isDryRun else { return ask(control) }
        controlsWanted += 1
        let (inbox, store, began, timeout) = (inbox, vault.store, began, vault.timeout)
        Task {
            do {
                if delay > .zero { try await Task.sleep(for: delay) }
                let claim = try await store.sharedTransaction { transaction in
                    try ControlTable.claim(
                        control, for: store.runner.description, timeout: timeout, since: began, at: transaction.now,
                        in: transaction)
                }
                inbox.yield(.control(control, claim))
            } catch {
                inbox.yield(.failed(error))
            }
        }
    }

    func handle(_ control: WantedControl, after claim: ControlClaim) {
        controlsWanted -= 1
        switch claim {
        // Of a client that was stopped nobody hears any more.
        case .granted: isTerminating ? settle(control, as: nil) : ask(control)
        case .known(let outcome): settle(control, as: outcome)
        case .taken: stopped == nil ? want(control, after: .milliseconds(200)) : settle(control, as: nil)
        }
    }

    private func ask(_ control: WantedControl) {
        let tag = makeTag()
        let request = try? prober.request(
            tag: tag, provider: control.provider, params: control.params, key: control.secret)
        guard let request else { return settle(control, as: .unanswered) }
        controlsInFlight[tag] = control
        client.submit([request])
    }

    /// A control came back: its result is kept for all runners, and the answers that waited for it are judged.
    func handle(_ completion: Completion, of control: WantedControl, at now: Date) {
        let answer = prober.observation(completion, by: control.provider.classifier, key: control.secret, at: now)
        guard !completion.isAborted else { return settle(control, as: nil) }
        let result = control.result(answer)
        batch.controls.append(result)
        settle(control, as: result.outcome)
    }

    /// Without an outcome the answers that waited are dropped: nothing is said, and their keys stay due.
    private func settle(_ control: WantedControl, as outcome: ControlOutcome?) {
        guard control.kind == .negative, case .asked(let waiting) = controls[control.point] else { return }
        controls[control.point] = outcome.map(ControlState.known)
        for answered in waiting {
            inFlight[answered.flight.tag] = nil
            if let outcome { judge(answered, by: outcome) }
        }
    }

    /// Says in the tally how the made-up keys of the providers that were asked fared, whoever asked them.
    func countControls() {
        for (point, state) in controls {
            guard case .known(let outcome) = state, tally.providers[point.provider]?.probed ?? 0 > 0 else { continue }
            tally.note(outcome, provider: point.provider)
        }
    }

    /// Judges an answer as soon as its control is known; until then it counts as on the wire.
    func judgeOnceControlIsKnown(_ answered: Answered) {
        guard let point = answered.flight.control else { return judge(answered, by: nil) }
        switch controls[point] {
        case .asked(let waiting): controls[point] = .asked(waiting: waiting + [answered])
        case .known(let outcome):
            inFlight[answered.flight.tag] = nil
            judge(answered, by: outcome)
        case nil: inFlight[answered.flight.tag] = nil
        }
    }

    private func judge(_ answered: Answered, by outcome: ControlOutcome?) {
        let flight = answered.flight
        inFlight[flight.tag] = nil
        var observation = answered.observation
        if let outcome {
            observation = observation.judged(by: outcome, isRecovery: flight.due.key.health.status == .disabled)
        }
        record(flight.due, by: flight.facts, as: observation, key: flight.secret, control: outcome)
    }
}
