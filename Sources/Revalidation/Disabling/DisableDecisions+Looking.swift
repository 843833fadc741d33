internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension DisableDecisions {
    /// Updates a scope's breaker and reads the facts by which the guard decides. A dry run adds its own results to the
    /// stored ones, and writes nothing.
    ///
    /// - Parameter isJudged: whether a key of the scope waits for the decision; only then does evidence matter.
    func readFacts(at scope: GuardScope, isJudged: Bool) throws -> ScopeFacts {
        let answers = try answers(of: scope)
        let hours = try hours(of: scope)
        let canary = CanaryVote(
            try canaryOutcome(of: scope, within: ControlOutcome.evidenceFreshFor),
            aliveInDay: hours.alive(at: now), beside: answers)
        let evidence = Evidence(canary: canary?.verdict, answers: answers)
        let failure: Evidence.Failure? = canary == .refused ? .canary : .keys
        let look = try updateBreaker(
            of: scope, failure: isJudged && evidence == .failed ? failure : nil, hours: hours)
        if let writing, let canary {
            try ControlTable.setOutvoted(canary == .outvoted, canaryOf: scope, in: writing)
        }
        var history = try BreakerTable.history(of: scope, at: now, in: connection)
        if writing == nil, let closing = look.checked?.closedAt { history.closedAt = closing }
        return ScopeFacts(
            breaker: look.breaker, history: history, evidence: evidence, canary: canary,
            answers: (answers.count { $0 == .valid }, answers.count), sums: look.sums,
            disabledInDay: try DisablingTable.count(of: scope, since: now - Timing.day, in: connection),
            cap: Breaker.cap(enabledKeys: try ScopeFacts.enabledKeys(of: scope, in: connection), pass.options.breaker))
    }

    private func updateBreaker(
        of scope: GuardScope, failure: Evidence.Failure?, hours: [HourCount]
    ) throws -> BreakerUpdate {
        if let writing {
            return try BreakerTable.update(of: scope, failure: failure, pass.options.breaker, now: now, in: writing)
        }
        let canary = try canaryOutcome(of: scope, within: ControlOutcome.freshFor + 3600)
        return BreakerUpdate(
            at: scope, try BreakerTable.open(of: scope, in: connection).first, hours,
            canaryIsAlive: canary == .passed, failure: failure, pass.options.breaker, now: now)
    }

    private func answers(of scope: GuardScope) throws -> [Finding] {
        guard let unstored = pass.unstoredAnswers[scope] else {
            return try ScopeFacts.evidenceAnswers(
                of: scope, runStartedAt: pass.startedAt, at: now, in: connection)
        }
        return Array(unstored.shuffled().prefix(Evidence.maximumAnswers))
    }

    private func hours(of scope: GuardScope) throws -> [HourCount] {
        let stored = try HourTable.counts(of: scope, at: now, in: connection)
        return stored + (pass.unstoredCounts[scope] ?? [:]).values
    }

    /// The outcome of the operator's canary of this scope, at most so many seconds old; nil where it was not asked.
    private func canaryOutcome(of scope: GuardScope, within seconds: TimeInterval) throws -> ControlOutcome? {
        let asked = pass.controls.last {
            $0.kind == .canary && GuardScope(provider: $0.provider, keyType: $0.keyType, host: $0.keyHost) == scope
        }
        return try asked?.outcome
            ?? ControlTable.canaryOutcome(of: scope, within: seconds, at: now, in: connection)
    }
}

extension [HourCount] {
    /// Keys that answered alive in the last 24 hours.
    fileprivate func alive(at now: Date) -> Int {
        let end = HourCount.hour(of: now)
        return reduce(0) { $0 + ($1.hour > end - HourCount.window && $1.hour <= end ? $1.alive : 0) }
    }
}
