internal import Curl
internal import Foundation
internal import KeyVigil
internal import Secrets

/// What is known at a control point.
enum ControlState {
    /// On the wire; these answers wait for it.
    case asked(waiting: [Answered])
    case known(ControlOutcome)
}

/// A control on the wire.
struct ControlInFlight {
    let point: ControlPoint
    let kind: ControlResult.Kind
    let provider: Provider
    let secret: SecretBytes
    /// Where a canary is asked, among the hosts that the catalogue lists.
    let keyHost: String

    fileprivate func result(_ answer: Observation) -> ControlResult {
        switch kind {
        case .canary: ControlResult(canary: secret, answer, of: provider, at: keyHost)
        case .negative:
            ControlResult(madeUpKeyAt: point, answer)
        }
    }
}

/// A key's answer, not yet judged.
struct Answered {
    let flight: InFlight
    let observation: Observation
}

extension Sweep {
    /// Adds the controls to be sent beside this key's own request, if nobody has asked yet.
    func addControls(
        beside due: DueKey, _ facts: ProviderFacts, at point: ControlPoint?, to requests: inout [HTTPRequest]
    ) {
        if let point, controls[point] == nil {
            controls[point] = .asked(waiting: [])
            let madeUp = facts.provider.someMadeUpKey()
            requests += ask(point, .negative, facts.provider, params: due.key.params, madeUp)
        }
        if !canariesToAsk.isEmpty, let canary = canariesToAsk.removeValue(forKey: due.key.provider) {
            let point = ControlPoint(provider: due.key.provider, host: "", isTenants: false)
            let params = try? EndpointParameters.json(canary.params)
            let host = vault.listedHost(facts.provider, canary.params)
            requests += ask(point, .canary, facts.provider, params: params ?? "{}", canary.secret, at: host)
        }
    }

    private func ask(
        _ point: ControlPoint, _ kind: ControlResult.Kind, _ provider: Provider, params: String, _ secret: SecretBytes,
        at keyHost: String = ""
    ) -> [HTTPRequest] {
        let tag = takeTag()
        guard let request = try? prober.request(tag: tag, provider: provider, params: params, key: secret) else {
            if kind == .negative { controls[point] = .known(.unanswered) }
            return []
        }
        controlsInFlight[tag] = ControlInFlight(
            point: point, kind: kind, provider: provider, secret: secret, keyHost: keyHost)
        return [request]
    }

    /// A control came back: its result is kept for all runners, and the answers that waited for it are judged.
    func take(_ completion: Completion, of control: ControlInFlight, at now: Date) {
        let answer = prober.observation(completion, by: control.provider.ruleBook, key: control.secret, at: now)
        guard !completion.isAborted else { return settle(control, nil) }
        let result = control.result(answer)
        batch.controls.append(result)
        settle(control, result.outcome)
    }

    /// Without an outcome the answers that waited are dropped: nothing is said, and their keys stay due.
    private func settle(_ control: ControlInFlight, _ outcome: ControlOutcome?) {
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
    func take(_ answered: Answered) {
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
        record(flight.due, flight.facts, observation, key: flight.secret, control: outcome)
    }
}
