package import Foundation
package import Vocabulary

/// The result of a control (rulings 6 and 7).
package enum ControlOutcome: String, Sendable, Codable, CaseIterable {
    /// The answer was the required one: the made-up key was refused, or the canary was accepted.
    case passed
    /// The answer was another one: the endpoint needs no key, another server answers, or the canary was refused.
    case failed
    /// No answer came that tells which of the two holds.
    case unanswered

    /// The negative control: a made-up key must be called dead by the provider's own signature.
    package init(madeUpKeyAnswered finding: Finding) {
        switch finding {
        case _ where finding.verdict == .dead: self = .passed
        case .unreachable, .rateLimited, .providerError, .egressBlocked: self = .unanswered
        default: self = .failed
        }
    }

    /// The positive control: the operator's own key must be called alive.
    package init(canaryAnswered finding: Finding) {
        switch finding.verdict {
        case .alive: self = .passed
        case .dead: self = .failed
        case .unknown: self = .unanswered
        }
    }

    /// The seconds for which runners share a result.
    package static let freshFor: TimeInterval = 6 * 3600
    /// The most seconds that a result may be old as evidence right before a disabling, and on tenants' own hosts.
    package static let evidenceFreshFor: TimeInterval = 3600
    /// Where this many of the tenants' keys were alive in 24 hours, a refused canary is ignored (ruling 7).
    package static let aliveKeysAgainstCanary = 3
}

extension Observation {
    /// This observation, or the same as unknown where the negative control does not allow a verdict (ruling 6): where
    /// the control failed, no verdict holds; where it was not answered, only alive does, and not for a disabled key.
    package func judged(by control: ControlOutcome, isRecovery: Bool) -> Observation {
        let isHarmless = verdict == .alive && !isRecovery
        guard control == .failed || (control == .unanswered && !isHarmless), verdict != .unknown else { return self }
        var unjudged = self
        unjudged.classification.finding = .providerError
        unjudged.classification.strength = .never
        unjudged.note =
            control == .failed ? .madeUpKeyAccepted(answered: finding) : .madeUpKeyUnanswered(answered: finding)
        return unjudged
    }
}
