package import Judgement
package import Vocabulary

/// What the guard decided by about one key.
package struct Grounds: Sendable, Equatable, Codable {
    /// The name of the key's type, by which the guard counts it.
    package let keyType: String
    /// The key's host, where the catalogue lists several; nil elsewhere.
    package let host: String?
    /// The refusals that confirmed the suspicion.
    package let refusals: Refusals
    /// How the made-up key was answered in this run.
    package let control: ControlOutcome
    /// What other keys showed about the provider.
    package let evidence: Evidence
    /// What the operator's canary showed; nil where there is none of this type, or it was not answered.
    package let canary: CanaryVote?
    /// How many of ``answers`` were `valid`.
    package let valid: Int
    /// How many other keys answered.
    package let answers: Int
    /// Whether an operator's release covers the suspicion.
    package let isReleased: Bool
    /// Breaker and cap of the scope.
    package let limits: Limits
    /// Breaker and cap over all hosts, where the scope is one host's; nil elsewhere.
    package let overAllHosts: Limits?

    /// Breaker and cap of one scope at one time.
    package struct Limits: Sendable, Equatable, Codable {
        /// Whether the breaker is open.
        package let isBreakerOpen: Bool
        /// Newly dead keys in 24 hours.
        package let dead: Int
        /// More newly dead keys than this open the breaker.
        package let most: Int
        /// Keys that the job disabled in 24 hours.
        package let disabledInDay: Int
        /// How many it may disable in 24 hours.
        package let cap: Int

        /// The limits that these facts say.
        package init(_ facts: ScopeFacts) {
            isBreakerOpen = facts.breaker != nil
            dead = facts.sums.dead
            most = facts.sums.most
            disabledInDay = facts.disabledInDay
            cap = facts.cap
        }
    }

    /// The grounds of a decision about a key of `scope`.
    ///
    /// - Parameters:
    ///   - suspicion: the suspicion that was confirmed.
    ///   - facts: those of the key's scope.
    ///   - overAllHosts: those of the same keys over all hosts, where the scope is one host's.
    package init(
        _ suspicion: Suspicion, in scope: GuardScope, control: ControlOutcome, isReleased: Bool,
        _ facts: ScopeFacts, overAllHosts: ScopeFacts?
    ) {
        keyType = scope.keyType
        host = scope.hostName
        refusals = Refusals(suspicion)
        self.control = control
        evidence = facts.evidence
        canary = facts.canary
        valid = facts.answers.valid
        answers = facts.answers.all
        self.isReleased = isReleased
        limits = Limits(facts)
        self.overAllHosts = overAllHosts.map(Limits.init)
    }
}
