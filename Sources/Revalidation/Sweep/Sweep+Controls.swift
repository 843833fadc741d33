internal import Curl
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Secrets
internal import Vocabulary

/// What the sweep knows about the control at one point.
enum ControlState {
    /// The control was requested; these answers wait for its outcome.
    case asked(waiting: [Answered])
    case known(ControlOutcome)
}

/// A key's answer, not yet judged.
struct Answered {
    let flight: InFlight
    let observation: Observation
}

extension Sweep {
    /// Requests the controls that this key's probe needs, unless the sweep has requested them before.
    func claimControls(beside due: DueKey, _ facts: ProviderFacts, at point: ControlPoint?) {
        let provider = facts.provider
        if let point, controls[point] == nil {
            controls[point] = .asked(waiting: [])
            claimControl(
                WantedControl(
                    point: point, kind: .negative, provider: provider, params: due.key.params,
                    secret: provider.someMadeUpKey()))
        }
        if !canariesToAsk.isEmpty, let canary = canariesToAsk.removeValue(forKey: provider.id) {
            let params = try? EndpointParameters.json(canary.params)
            claimControl(
                WantedControl(
                    point: ControlPoint(provider: provider.id, host: "", isTenants: false), kind: .canary,
                    provider: provider, params: params ?? "{}", secret: canary.secret,
                    keyHost: vault.listedHost(of: provider, params: canary.params)))
        }
    }

    /// Claims the control in the store, so that one runner asks for all; a dry run, which stores nothing, asks at once.
    private func claimControl(_ control: WantedControl, after delay: Duration = .zero) {
        guard !options.isDryRun else { return ask(control) }
        pendingControlClaims += 1
        Task { [inbox, store = vault.store, sweepStartedAt, timeout = vault.timeout] in
            do {
                if delay > .zero { try await Task.sleep(for: delay) }
                let claim = try await store.sharedTransaction { transaction in
                    try ControlTable.claim(
                        control, for: store.runner.description, timeout: timeout, since: sweepStartedAt,
                        at: transaction.now,
                        in: transaction)
                }
                inbox.yield(.control(control, claim))
            } catch {
                inbox.yield(.failed(error))
            }
        }
    }

    func handle(_ control: WantedControl, after claim: ControlClaim) {
        pendingControlClaims -= 1
        switch claim {
        // A client that is stopping sends no new request.
        case .granted: isTerminating ? settle(control, as: nil) : ask(control)
        case .known(let outcome): settle(control, as: outcome)
        case .taken: stopped == nil ? claimControl(control, after: .milliseconds(200)) : settle(control, as: nil)
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

    /// Keeps a control's result for all runners, and judges the answers that waited for it.
    func handle(_ completion: Completion, of control: WantedControl, at now: Date) {
        let answer = prober.observation(completion, by: control.provider.classifier, key: control.secret, at: now)
        guard !completion.isAborted else { return settle(control, as: nil) }
        let result = control.result(answer)
        batch.controls.append(result)
        settle(control, as: result.outcome)
    }

    /// Judges the waiting answers by the outcome; without one they are dropped, and their keys stay due.
    private func settle(_ control: WantedControl, as outcome: ControlOutcome?) {
        guard control.kind == .negative, case .asked(let waiting) = controls[control.point] else { return }
        controls[control.point] = outcome.map(ControlState.known)
        for answered in waiting {
            inFlight[answered.flight.tag] = nil
            if let outcome { judge(answered, by: outcome) }
        }
    }

    /// Adds the outcomes of negative controls to the tally, for the providers that were probed; also those that another
    /// runner asked.
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
