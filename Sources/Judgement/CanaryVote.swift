package import Vocabulary

/// What the operator's canary says beside the keys of its scope.
package enum CanaryVote: String, Sendable {
    case alive = "canary alive"
    case refused = "canary refused"
    /// Refused while tenants' keys work: the canary itself is at fault (ruling 7).
    case outvoted = "canary refused and ignored, as other keys are alive"

    /// - Parameters:
    ///   - outcome: how it was answered within the hour; nil: it was not asked.
    ///   - aliveInDay: keys of its type that were alive in 24 hours.
    ///   - answers: what other keys answered as evidence.
    package init?(_ outcome: ControlOutcome?, aliveInDay: Int, beside answers: [Finding]) {
        switch outcome {
        case .passed: self = .alive
        case .failed:
            let isOutvoted =
                aliveInDay >= ControlOutcome.aliveKeysAgainstCanary
                || 2 * answers.count { $0 == .valid } > answers.count
            self = isOutvoted ? .outvoted : .refused
        case .unanswered, nil: return nil
        }
    }

    /// What counts as evidence.
    package var verdict: Verdict? {
        switch self {
        case .alive: .alive
        case .refused: .dead
        case .outvoted: nil
        }
    }
}
