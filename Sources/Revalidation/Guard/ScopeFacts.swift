internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// What the store says of one scope inside the disabling transaction.
struct ScopeFacts {
    let breaker: BreakerEpisode?
    let history: ScopeHistory
    let evidence: Evidence
    /// What the operator's canary says; nil where there is none of this type, or nobody answered.
    var canary: CanaryVote?
    /// How many other keys answered, and how many of them `valid`.
    let answers: (valid: Int, all: Int)
    let sums: Breaker.Assessment
    var disabledInDay: Int
    let cap: Int

    /// What the guard decides by for one candidate of the scope.
    func facts(for candidate: Candidate, isBacklogFull: Bool, now: Date) -> DisablingGuard.Input? {
        guard let suspicion = candidate.health.suspicion else { return nil }
        let strength = candidate.observation.classification.strength
        var facts = DisablingGuard.Input(suspicion, strength)
        facts.control = candidate.control
        facts.evidence = evidence
        facts.isBreakerOpen = breaker != nil
        facts.closedAt = history.closedAt
        facts.isReleased = history.releases(suspicion, of: candidate.scope, strength: strength, now: now)
        (facts.disabledInDay, facts.cap, facts.isBacklogFull) = (disabledInDay, cap, isBacklogFull)
        return facts
    }

    /// What a breaker and a cap over all hosts hold of a candidate of one of them.
    func hold(_ facts: inout DisablingGuard.Input) {
        if breaker != nil { facts.isBreakerOpen = true }
        if disabledInDay >= cap { (facts.disabledInDay, facts.cap) = (disabledInDay, cap) }
    }

    /// The same in words.
    var holds: String {
        "breaker \(breaker == nil ? "closed" : "open") (\(sums.dead) newly refused in 24 h, at most \(sums.most)); "
            + "\(disabledInDay) of \(cap) disabled in 24 h"
    }

    /// The decision's grounds in one line, for the audit log.
    func grounds(for candidate: Candidate, isReleased: Bool) -> String {
        let keys = answers.all == 0 ? "no other key asked" : "\(answers.valid) of \(answers.all) other keys valid"
        let others = [canary?.rawValue, keys].compactMap(\.self).joined(separator: "; ")
        return [
            candidate.refusals, "made-up key \(candidate.control == .passed ? "refused" : candidate.control.rawValue)",
            "evidence \(evidence.rawValue) (\(others))",
            isReleased ? "released by an operator" : nil, holds,
        ].compactMap(\.self).joined(separator: "; ")
    }
}

extension Candidate {
    /// How it came to this, in a few words.
    var refusals: String? {
        health.suspicion.map { "refused \($0.deadCount) times since \(UTCText.minute($0.since))" }
    }
}
