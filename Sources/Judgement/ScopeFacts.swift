package import Foundation
package import Vocabulary

/// What the guard knows of one scope inside the disabling transaction.
package struct ScopeFacts: Sendable {
    /// The scope's breaker, where it is open.
    package let breaker: BreakerEpisode?
    /// The scope's last closing and releases.
    package let history: ScopeHistory
    /// What other keys say of the provider.
    package let evidence: Evidence
    /// What the operator's canary says; nil where there is none of this type, or it was not answered.
    package let canary: CanaryVote?
    /// How many other keys answered, and how many of them `valid`.
    package let answers: (valid: Int, all: Int)
    /// The sums of the last 24 hours.
    package let sums: Breaker.Assessment
    /// Keys of the scope that the job disabled in the last 24 hours.
    package var disabledInDay: Int
    /// How many it may disable in 24 hours.
    package let cap: Int

    /// The facts as they are read inside the transaction.
    package init(
        breaker: BreakerEpisode?, history: ScopeHistory, evidence: Evidence, canary: CanaryVote? = nil,
        answers: (valid: Int, all: Int), sums: Breaker.Assessment, disabledInDay: Int, cap: Int
    ) {
        self.breaker = breaker
        self.history = history
        self.evidence = evidence
        self.canary = canary
        self.answers = answers
        self.sums = sums
        self.disabledInDay = disabledInDay
        self.cap = cap
    }

    /// What the guard decides by for a key whose death was confirmed; nil where nothing is suspected of it.
    ///
    /// - Parameters:
    ///   - health: the key's health after the confirming answer.
    ///   - scope: what the guard counts the key under.
    ///   - answer: the answer that confirmed.
    ///   - control: how the made-up key beside it was answered.
    package func input(
        for health: KeyHealth, in scope: GuardScope, confirmedBy answer: Observation, control: ControlOutcome,
        isBacklogFull: Bool, now: Date
    ) -> DisablingGuard.Input? {
        guard let suspicion = health.suspicion else { return nil }
        let strength = answer.classification.strength
        var input = DisablingGuard.Input(suspicion, strength)
        input.control = control
        input.evidence = evidence
        input.isBreakerOpen = breaker != nil
        input.closedAt = history.closedAt
        input.isReleased = history.releases(suspicion, of: scope, strength: strength, now: now)
        input.disabledInDay = disabledInDay
        input.cap = cap
        input.isBacklogFull = isBacklogFull
        return input
    }

    /// Adds to the input of a key of one host what breaker and cap over all hosts, which these facts are of, hold back.
    package func applyLimits(_ input: inout DisablingGuard.Input) {
        if breaker != nil { input.isBreakerOpen = true }
        if disabledInDay >= cap {
            input.disabledInDay = disabledInDay
            input.cap = cap
        }
    }
}
