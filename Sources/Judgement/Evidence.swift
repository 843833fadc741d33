package import Vocabulary

/// Whether the provider still accepts other keys, as it is checked right before a key is disabled (ruling 5).
package enum Evidence: String, Sendable, Codable, CaseIterable {
    /// The operator's canary is alive, or more than half of the other keys are `valid`.
    case passed
    /// The canary, or more than half of the other keys, were refused: more than one key is affected.
    case failed
    /// No other key could be probed, or the answers show neither.
    case none

    /// Which keys were refused where evidence failed.
    package enum Failure: Sendable {
        /// Tenants' other keys.
        case keys
        /// The operator's canary.
        case canary
    }

    /// Other keys are probed early until this many have answered.
    package static let earlyProbeTarget = 3
    /// At most this many answers are weighed. With three, two keys that really died lately would open the breaker of
    /// one in twenty large providers within a fortnight.
    package static let maximumAnswers = 2 * earlyProbeTarget

    /// How many other keys are to be probed early in addition to these answers: none where the answers pass already.
    package static func wanted(beside answers: [Finding]) -> Int {
        Evidence(canary: nil, answers: answers) == .passed ? 0 : max(0, earlyProbeTarget - answers.count)
    }

    /// Weighs answers of the last hour.
    ///
    /// - Parameters:
    ///   - canary: the canary's verdict; nil where there is no canary, or where it is ignored (ruling 7).
    ///   - answers: conclusive findings of up to ``most`` other keys, enabled and not suspected before they answered.
    package init(canary: Verdict?, answers: some Collection<Finding>) {
        switch canary {
        case .alive: self = .passed
        case .dead: self = .failed
        case .unknown, nil: self.init(answers)
        }
    }

    private init(_ answers: some Collection<Finding>) {
        let valid = answers.count { $0 == .valid }
        let dead = answers.count { $0.verdict == .dead }
        if 2 * valid > answers.count {
            self = .passed
        } else if 2 * dead > answers.count {
            self = .failed
        } else {
            self = .none
        }
    }
}
