package import Foundation
package import Vocabulary

/// How a control was answered.
package enum ControlOutcome: String, Sendable, CaseIterable {
    /// As it must be: the made-up key was refused, the canary accepted.
    case passed
    /// Otherwise: the endpoint needs no key, or something answers in its place.
    case failed
    /// Not at all: nothing can be said.
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

    /// Runners share a result for so long, in seconds.
    package static let freshFor: TimeInterval = 6 * 3600
    /// As evidence right before a disabling, and on tenants' own hosts, it may be no older than this.
    package static let evidenceFreshFor: TimeInterval = 3600
    /// So many tenants' keys alive in 24 hours make a refused canary the canary's own fault (ruling 7).
    package static let aliveKeysAgainstCanary = 3
}

extension Observation {
    /// The same answer as far as the controls allow it to be judged: where they failed it says nothing about a key, and
    /// without them no key dies and none comes back.
    package func judged(by control: ControlOutcome, isRecovery: Bool) -> Observation {
        let isHarmless = verdict == .alive && !isRecovery
        guard control == .failed || (control == .unanswered && !isHarmless), verdict != .unknown else { return self }
        var unjudged = self
        unjudged.classification.finding = .providerError
        unjudged.classification.strength = .never
        unjudged.transport =
            "answered \(finding.rawValue), not judged: the made-up key was "
            + (control == .failed ? "not refused" : "not answered")
        return unjudged
    }
}
