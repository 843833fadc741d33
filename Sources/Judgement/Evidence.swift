package import Vocabulary

/// Whether the provider still says yes to anybody: looked at right before a disabling (ruling 5).
package enum Evidence: String, Sendable, CaseIterable {
    /// The operator's canary is alive, or more than half of the other keys are `valid`.
    case passed
    /// They were refused: something is wrong with more than one key.
    case failed
    /// Nobody could be asked, or the answers say neither.
    case none

    /// Who was refused where it failed.
    package enum Failure: Sendable {
        /// Tenants' other keys.
        case keys
        /// The operator's canary.
        case canary
    }

    /// Other keys are asked early until so many have answered.
    package static let sample = 3
    /// So many of those that answered anyway are weighed: among three, two that truly died lately would set the breaker of
    /// every twentieth large provider in a fortnight.
    package static let most = 2 * sample

    /// How many other keys are to be asked early beside these answers: none where they speak for the provider already.
    package static func wanted(beside answers: [Finding]) -> Int {
        Evidence(canary: nil, answers: answers) == .passed ? 0 : max(0, sample - answers.count)
    }

    /// Weighs what was answered lately.
    ///
    /// - Parameters:
    ///   - canary: the canary's verdict; nil where there is none, or where it is to be ignored (ruling 7).
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
