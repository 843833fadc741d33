internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// Makes the decisions of one ``DisablePass``.
struct DisableDecisions {
    let pass: DisablePass
    let connection: Connection
    /// Where the decisions are written; nil in a dry run.
    let writing: AuditedTransaction?
    let now: Date
    private var outcome = DisablePass.Summary()
    /// The facts of each scope that was read, with the disablings of this pass.
    private(set) var scopes: [GuardScope: ScopeFacts] = [:]
    /// By provider id: whether another program has used a newer entry of the catalogue than this one.
    private var outdatedProviders: [String: Bool] = [:]
    /// How many notices may still be queued; nil: any number.
    private var roomForNotices: Int?

    init(of pass: DisablePass, connection: Connection, writing: AuditedTransaction?, now: Date) {
        self.pass = pass
        self.connection = connection
        self.writing = writing
        self.now = now
    }

    /// Decides about every candidate in the order given.
    mutating func makeAll() throws -> DisablePass.Summary {
        if pass.tellsByMail { roomForNotices = try countRoomForNotices() }
        for candidate in pass.candidates { try judge(candidate) }
        if writing == nil { try readOtherScopes() }
        outcome.breakers = scopes.values.compactMap(\.breaker).sorted { $0.scope < $1.scope }
        return outcome
    }

    private func countRoomForNotices() throws -> Int {
        if try MailTable.hasMailsHeldUp(since: now - Timing.day, in: connection) { return 0 }
        return max(0, pass.options.mostWaitingNotices + 1 - (try NoticeTable.waiting(in: connection)))
    }

    private mutating func judge(_ candidate: Candidate) throws {
        let scope = candidate.scope
        for each in scope.all where scopes[each] == nil {
            scopes[each] = try readFacts(at: each, isJudged: each == scope)
        }
        guard let found = scopes[scope], let overAll = scopes[scope.overAllHosts] else { return }
        outcome.evidence[scope] = found.evidence
        let isBacklogFull = roomForNotices.map { outcome.noticesQueued >= $0 } ?? false
        let input = found.input(
            for: candidate.health, in: scope, confirmedBy: candidate.observation, control: candidate.control,
            isBacklogFull: isBacklogFull, now: now)
        guard var input else { return }
        input.isOutdated = try isOutdated(scope.provider)
        let isOnOneHost = scope != scope.overAllHosts
        let grounds = Grounds(
            input.suspicion, in: scope, control: candidate.control, isReleased: input.isReleased, found,
            overAllHosts: isOnOneHost ? overAll : nil)
        if isOnOneHost { overAll.applyLimits(&input) }
        switch DisablingGuard.decide(input, now: now) {
        case .disable:
            guard try disable(candidate, grounds: grounds) else { return }
            for each in scope.all { scopes[each]?.disabledInDay += 1 }
        case .hold(let reason):
            let next = NextRefusal(
                after: input.suspicion, heldFor: reason, closedAt: input.closedAt, answer: candidate.observation,
                timing: pass.options.timing, now: now)
            try hold(
                candidate, as: KeyHeld(reason: reason, closedAt: input.closedAt, next: next, grounds: grounds))
        }
    }

    private mutating func isOutdated(_ provider: String) throws -> Bool {
        if let known = outdatedProviders[provider] { return known }
        let isOutdated = try CatalogueUseTable.hasNewerEntry(
            than: pass.catalogue[provider], at: now, in: connection)
        outdatedProviders[provider] = isOutdated
        return isOutdated
    }

    /// Disables the key; false where it was changed since its probe, and then nothing was written.
    private mutating func disable(_ candidate: Candidate, grounds: Grounds) throws -> Bool {
        let key = candidate.key
        var health = candidate.health
        let firstRecovery = Timing.nextRecovery(disabledAt: now, after: now)
        guard health.disable(for: candidate.observation.finding, at: now, nextProbeAt: firstRecovery) else {
            return false
        }
        if let writing {
            guard try HealthTable.write(health, keyID: key.id, ifStill: candidate.health, in: writing) else {
                return false
            }
            try DisablingTable.insert(of: candidate, runID: writing.runID, at: now, in: writing)
            try writing.append(key.audit(KeyDisabled(grounds: grounds), candidate.observation, at: now))
            if try NoticeTable.queue(OwedNotice(disabled: candidate, at: now), in: writing) {
                outcome.noticesQueued += 1
            }
            Failpoint.applyWritten.hit()
        } else {
            outcome.noticesQueued += 1
        }
        outcome.changes.append(Change(.disabled, key, candidate.observation, .refused(grounds.refusals)))
        return true
    }

    private mutating func hold(_ candidate: Candidate, as held: KeyHeld) throws {
        let key = candidate.key
        var health = candidate.health
        health.schedule(now.addingTimeInterval(Timing.day))
        if let writing {
            guard try HealthTable.write(health, keyID: key.id, ifStill: candidate.health, in: writing) else { return }
            try writing.append(key.audit(held, candidate.observation, at: now))
        }
        let kind: Change.Kind = held.reason == .capped ? .capped : .held
        outcome.changes.append(Change(kind, key, candidate.observation, .held(held)))
    }

    /// Reads the breakers of scopes where no key waits for a decision; only a dry run needs them, for its report.
    private mutating func readOtherScopes() throws {
        let open = try BreakerTable.open(in: connection).map(\.scope)
        for scope in Set(open).union(pass.unstoredCounts.keys) where scopes[scope] == nil {
            scopes[scope] = try readFacts(at: scope, isJudged: false)
        }
    }
}
