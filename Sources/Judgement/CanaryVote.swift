package import Vocabulary

/// What the answer to the operator's canary counts as, given the answers to other keys of its scope.
package enum CanaryVote: String, Sendable, Codable, CaseIterable {
    /// It was accepted.
    case alive
    /// It was refused.
    case refused
    /// Refused while tenants' keys are alive: the fault is the canary's own (ruling 7), and it is ignored.
    case outvoted

    /// Nil where the canary was not probed or its answer was not conclusive.
    ///
    /// - Parameters:
    ///   - outcome: the canary's result within the last hour; nil: it was not probed.
    ///   - aliveInDay: how many keys of its type were alive in 24 hours.
    ///   - answers: the findings of other keys that serve as evidence.
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

    /// The canary's verdict as ``Evidence`` uses it; nil where it is ignored.
    package var verdict: Verdict? {
        switch self {
        case .alive: .alive
        case .refused: .dead
        case .outvoted: nil
        }
    }
}
