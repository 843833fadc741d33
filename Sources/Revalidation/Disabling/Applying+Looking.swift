internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension Applying {
    /// Brings a scope's brake up to date and gathers what the guard decides by; a dry run puts what it has not stored
    /// beside what is stored, and changes nothing.
    ///
    /// - Parameter isJudged: whether a key of the scope waits for the decision; only then does evidence matter.
    func look(
        at scope: GuardScope, isJudged: Bool, _ connection: Connection, _ outcome: inout Outcome, _ now: Date
    ) throws -> ScopeFacts {
        let answers = try answers(of: scope, connection, now)
        let hours = try hours(of: scope, connection, now)
        let canary = CanaryWord(
            try canary(of: scope, within: ControlOutcome.evidenceFreshFor, connection, now),
            aliveInDay: hours.alive(at: now), beside: answers)
        let evidence = Evidence(canary: canary?.verdict, answers: answers)
        let failure: Evidence.Failure? = canary == .refused ? .canary : .keys
        let look = try update(scope, isJudged && evidence == .failed ? failure : nil, hours, connection, &outcome, now)
        if !options.isDryRun, let canary { try connection.setOutvoted(canary == .outvoted, canaryOf: scope) }
        var standing = try connection.standing(of: scope, at: now)
        if options.isDryRun, let letGo = look.checked?.offAt { standing.letGoAt = letGo }
        return ScopeFacts(
            brake: look.brake, standing: standing, evidence: evidence, canary: canary,
            answers: (answers.count { $0 == .valid }, answers.count), sums: look.sums,
            disabledInDay: try connection.disablings(of: scope, since: now - Timing.day),
            cap: Brake.cap(enabledKeys: try connection.enabledKeys(of: scope), options.brake))
    }

    /// A dry run's brakes where no key waits for a decision.
    func lookAtOthers(_ connection: Connection, _ outcome: inout Outcome, _ now: Date) throws {
        let braked = try connection.standingBrakes().map(\.scope)
        for scope in Set(braked).union(unstoredCounts.keys) where !outcome.knows(scope) {
            outcome.keep(try look(at: scope, isJudged: false, connection, &outcome, now), of: scope)
        }
    }

    private func update(
        _ scope: GuardScope, _ failure: Evidence.Failure?, _ hours: [HourCount], _ connection: Connection,
        _ outcome: inout Outcome, _ now: Date
    ) throws -> BrakeLook {
        guard options.isDryRun else {
            return try connection.updateBrake(of: scope, failure: failure, options.brake, &outcome.chain, now: now)
        }
        let canary = try canary(of: scope, within: ControlOutcome.freshFor + 3600, connection, now)
        return BrakeLook(
            at: scope, try connection.standingBrakes(of: scope).first, hours, canaryIsAlive: canary == .passed,
            failure: failure, options.brake, now: now)
    }

    private func answers(of scope: GuardScope, _ connection: Connection, _ now: Date) throws -> [Finding] {
        guard let unstored = unstoredAnswers[scope] else {
            return try connection.evidenceAnswers(of: scope, runStartedAt: startedAt, at: now)
        }
        return Array(unstored.shuffled().prefix(Evidence.most))
    }

    private func hours(of scope: GuardScope, _ connection: Connection, _ now: Date) throws -> [HourCount] {
        let stored = try connection.hourCounts(of: scope, at: now)
        return stored + (unstoredCounts[scope] ?? [:]).values
    }

    private func canary(
        of scope: GuardScope, within seconds: TimeInterval, _ connection: Connection, _ now: Date
    ) throws -> ControlOutcome? {
        let asked = controls.last {
            $0.kind == .canary && GuardScope(provider: $0.provider, keyType: $0.keyType, host: $0.keyHost) == scope
        }
        return try asked?.outcome ?? connection.canary(of: scope, within: seconds, at: now)
    }
}

extension [HourCount] {
    /// Keys that answered alive in the last 24 hours.
    fileprivate func alive(at now: Date) -> Int {
        let end = HourCount.hour(of: now)
        return reduce(0) { $0 + ($1.hour > end - HourCount.window && $1.hour <= end ? $1.alive : 0) }
    }
}
