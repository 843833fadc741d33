internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// Steps 4 and 5 of a run, judge and apply: confirmed keys are disabled where the guard allows it, in random order, each
/// with its audit row and its notice in one transaction; the others are held, with the reason.
struct Applying: Sendable {
    var candidates: [Candidate]
    /// Answers of other keys that a dry run has not stored.
    var unstoredAnswers: [GuardScope: [Finding]] = [:]
    /// What they would have added to the sums.
    var unstoredCounts: [GuardScope: [Int: HourCount]] = [:]
    /// Canaries that were asked just now.
    var controls: [ControlResult] = []
    /// What this program knows of the providers.
    let catalogue: Catalogue
    /// False for a platform without any mail: then nothing waits for it.
    let tellsByMail: Bool
    let options: RunOptions
    let lease: SliceLease
    let startedAt: Date

    struct Outcome {
        var chain: AuditChain
        var changes: [Change] = []
        var noticesQueued = 0
        var evidence: [GuardScope: Evidence] = [:]
        /// Brakes that are on after it, as far as this looked at them.
        var brakes: [BrakeEpisode] { scopes.values.compactMap(\.brake).sorted { $0.scope < $1.scope } }
        fileprivate var scopes: [GuardScope: ScopeFacts] = [:]
        /// Providers looked up already: whether a newer entry than this program's is in use.
        fileprivate var outdated: [String: Bool] = [:]
        /// How many notices may still be queued; nil: any number.
        fileprivate var roomForNotices: Int?

        func knows(_ scope: GuardScope) -> Bool { scopes[scope] != nil }

        mutating func keep(_ facts: ScopeFacts, of scope: GuardScope) { scopes[scope] = facts }
    }

    private static let mostTogether = 500

    /// One transaction's candidates each, in random order: nobody else writes meanwhile, and after an incident they are
    /// many. A dry run is one part, for what it decides stands nowhere else.
    func parts() -> [Applying] {
        guard !options.isDryRun else { return [self] }
        let shuffled = candidates.shuffled()
        return stride(from: 0, to: max(shuffled.count, 1), by: Self.mostTogether).map { start in
            var part = self
            part.candidates = Array(shuffled[start..<min(start + Self.mostTogether, shuffled.count)])
            if start > 0 { part.controls = [] }
            return part
        }
    }

    /// Decides in the order given and, unless it is a dry run, writes, inside the caller's transaction.
    func apply(to connection: Connection, _ chain: AuditChain, now: Date) throws -> Outcome {
        if !options.isDryRun { try connection.fence(lease, now: now) }
        var outcome = Outcome(chain: chain)
        if !options.isDryRun { try controls.forEach { try connection.record($0, &outcome.chain) } }
        outcome.roomForNotices = try tellsByMail ? roomForNotices(connection, now) : nil
        for candidate in candidates { try judge(candidate, connection, &outcome, now) }
        if options.isDryRun { try lookAtOthers(connection, &outcome, now) }
        return outcome
    }

    private func roomForNotices(_ connection: Connection, _ now: Date) throws -> Int {
        if try connection.hasMailsHeldUp(since: now - Timing.day) { return 0 }
        return max(0, options.mostWaitingNotices + 1 - (try connection.waitingNotices()))
    }

    private func judge(
        _ candidate: Candidate, _ connection: Connection, _ outcome: inout Outcome, _ now: Date
    ) throws {
        let scope = candidate.scope
        for each in scope.all where outcome.scopes[each] == nil {
            outcome.scopes[each] = try look(at: each, isJudged: each == scope, connection, &outcome, now)
        }
        guard let found = outcome.scopes[scope], let overAll = outcome.scopes[scope.overAllHosts] else { return }
        outcome.evidence[scope] = found.evidence
        let isBacklogFull = outcome.roomForNotices.map { outcome.noticesQueued >= $0 } ?? false
        guard var facts = found.facts(for: candidate, isBacklogFull: isBacklogFull, now: now) else { return }
        facts.isOutdated = try isOutdated(scope.provider, connection, &outcome, now)
        var grounds = found.grounds(for: candidate, isReleased: facts.isReleased)
        if scope != scope.overAllHosts {
            overAll.hold(&facts)
            grounds += "; over all hosts: \(overAll.holds)"
        }
        switch DisablingGuard.decide(facts, now: now) {
        case .disable:
            guard try disable(candidate, grounds, in: connection, &outcome, now) else { return }
            for each in scope.all { outcome.scopes[each]?.disabledInDay += 1 }
        case .hold(let reason): try hold(candidate, reason, grounds, in: connection, &outcome, now)
        }
    }

    private func isOutdated(
        _ provider: String, _ connection: Connection, _ outcome: inout Outcome, _ now: Date
    ) throws -> Bool {
        if let known = outcome.outdated[provider] { return known }
        let isOutdated = try connection.hasNewerEntry(than: catalogue[provider], at: now)
        outcome.outdated[provider] = isOutdated
        return isOutdated
    }

    private func disable(
        _ candidate: Candidate, _ grounds: String, in connection: Connection, _ outcome: inout Outcome, _ now: Date
    ) throws -> Bool {
        let key = candidate.key
        var health = candidate.health
        health.status = .disabled
        health.disabling = KeyHealth.Disabling(by: .job, at: now, finding: candidate.observation.finding)
        // Back in use and refused again before it was alive, it is no newly dead key: it counts once.
        health.aliveAt = nil
        health.nextProbeAt = Timing.nextRecovery(disabledAt: now, after: now)
        if !options.isDryRun {
            guard try connection.writeHealth(health, keyID: key.id, ifStill: candidate.health) else { return false }
            try connection.recordDisabling(of: candidate, runID: outcome.chain.runID, at: now)
            try outcome.chain.append(
                key.audit(.keyDisabled, candidate.observation, at: now, details: grounds), to: connection)
            if try connection.queue(OwedNotice(disabled: candidate, at: now)) { outcome.noticesQueued += 1 }
            Failpoint.applyWritten.hit()
        } else {
            outcome.noticesQueued += 1
        }
        outcome.changes.append(Change(.disabled, key, candidate.observation, details: candidate.refusals))
        return true
    }

    private func hold(
        _ candidate: Candidate, _ reason: DisablingGuard.Reason, _ grounds: String, in connection: Connection,
        _ outcome: inout Outcome, _ now: Date
    ) throws {
        let key = candidate.key
        var health = candidate.health
        health.nextProbeAt = now.addingTimeInterval(Timing.day)
        if !options.isDryRun {
            guard try connection.writeHealth(health, keyID: key.id, ifStill: candidate.health) else { return }
            let details = "\(reason.rawValue). \(grounds)"
            try outcome.chain.append(
                key.audit(.keyHeld, candidate.observation, at: now, details: details), to: connection)
        }
        let kind: Change.Kind = reason == .capped ? .capped : .held
        outcome.changes.append(Change(kind, key, candidate.observation, details: reason.rawValue))
    }
}

extension Connection {
    fileprivate func recordDisabling(of candidate: Candidate, runID: String, at date: Date) throws {
        try execute(
            "INSERT INTO disabling (run_id, key_id, provider, key_type, host, at) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                .text(runID), .text(candidate.key.id), .text(candidate.key.provider), .text(candidate.scope.keyType),
                .text(candidate.scope.host), .time(date),
            ])
    }

    /// Whether a mail waits since then without its recipient's server having said a word: the relay's fault.
    fileprivate func hasMailsHeldUp(since date: Date) throws -> Bool {
        try first(
            """
            SELECT 1 FROM mail WHERE next_attempt_at IS NOT NULL AND state IN ('pending', 'deferred')
                AND first_answer_at IS NULL AND created_at <= $1 LIMIT 1
            """, [.time(date)]
        ) { _ in true } ?? false
    }

    /// Notices that no mail has told yet.
    func waitingNotices() throws -> Int {
        try first(
            """
            SELECT (SELECT count(*) FROM notice WHERE state = 'waiting')
                + (SELECT count(*) FROM mail WHERE state IN ('pending', 'sending', 'deferred', 'inDoubt'))
            """
        ) { $0.integer(0) } ?? 0
    }
}
