internal import Database
internal import Foundation
internal import KeyVigil

/// Steps 4 and 5 of a run, judge and apply: confirmed keys are disabled where the guard allows it, in random order, each
/// with its audit row and its notice in one transaction; the others are held, with the reason.
struct Applying: Sendable {
    let candidates: [Candidate]
    /// Providers whose canary this run found valid.
    let canariesAlive: Set<String>
    let validKeys: [String: Int]
    /// False for a platform without any mail: then nothing waits for it.
    let tellsByMail: Bool
    let options: RunOptions
    let lease: SliceLease
    let runID: String

    struct Outcome: Sendable {
        var chain: AuditChain
        var changes: [Change] = []
        var noticesQueued = 0
        /// Disabled by now in the last 24 hours, by provider.
        fileprivate var disabledInDay: [String: Int] = [:]
    }

    /// Decides and, unless it is a dry run, writes, inside the caller's transaction.
    func apply(to connection: Connection, _ chain: AuditChain, now: Date) throws -> Outcome {
        if !options.isDryRun { try connection.fence(lease, now: now) }
        var outcome = Outcome(chain: chain)
        let backlogIsFull = try tellsByMail && isBacklogFull(connection, now)
        for candidate in candidates.shuffled() {
            let provider = candidate.key.provider
            if outcome.disabledInDay[provider] == nil {
                outcome.disabledInDay[provider] = try connection.disablings(of: provider, since: now - Timing.day)
            }
            let evidence = DisablingGuard.Evidence(
                validKeys: (validKeys[provider] ?? 0) + (canariesAlive.contains(provider) ? 1 : 0),
                disabledInDay: outcome.disabledInDay[provider] ?? 0)
            switch DisablingGuard.decide(evidence, mailBacklogIsFull: backlogIsFull) {
            case .disable: try disable(candidate, in: connection, &outcome, now)
            case .hold(let reason): try hold(candidate, reason, in: connection, &outcome, now)
            }
        }
        return outcome
    }

    private func isBacklogFull(_ connection: Connection, _ now: Date) throws -> Bool {
        try connection.waitingNotices() > options.mostWaitingNotices
            || connection.hasMailsHeldUp(since: now - Timing.day)
    }

    private func disable(
        _ candidate: Candidate, in connection: Connection, _ outcome: inout Outcome, _ now: Date
    ) throws {
        let key = candidate.key
        var health = candidate.health
        health.status = .disabled
        health.disabling = KeyHealth.Disabling(by: .job, at: now, finding: candidate.observation.finding)
        health.nextProbeAt = Timing.nextRecovery(disabledAt: now, after: now)
        let details = candidate.story
        if !options.isDryRun {
            guard try connection.writeHealth(health, keyID: key.id, ifStill: candidate.health) else { return }
            try connection.recordDisabling(of: key, runID: runID, at: now)
            try outcome.chain.append(
                key.audit(.keyDisabled, candidate.observation, at: now, details: details), to: connection)
            if try connection.queue(OwedNotice(disabled: candidate, at: now)) { outcome.noticesQueued += 1 }
            Failpoint.applyWritten.hit()
        }
        outcome.disabledInDay[key.provider, default: 0] += 1
        outcome.changes.append(Change(.disabled, key, candidate.observation, details: details))
    }

    private func hold(
        _ candidate: Candidate, _ reason: DisablingGuard.Reason, in connection: Connection, _ outcome: inout Outcome,
        _ now: Date
    ) throws {
        let key = candidate.key
        var health = candidate.health
        health.nextProbeAt = now.addingTimeInterval(Timing.day)
        if !options.isDryRun {
            guard try connection.writeHealth(health, keyID: key.id, ifStill: candidate.health) else { return }
            try outcome.chain.append(
                key.audit(.keyHeld, candidate.observation, at: now, details: reason.rawValue), to: connection)
        }
        let kind: Change.Kind = reason == .capped ? .capped : .held
        outcome.changes.append(Change(kind, key, candidate.observation, details: reason.rawValue))
    }
}

extension Candidate {
    /// How it came to this, in one line.
    fileprivate var story: String {
        let count = health.suspicion?.deadCount ?? 1
        let since = health.suspicion.map { UTCText.minute($0.since) } ?? ""
        return "refused \(count) times since \(since)"
    }
}

extension Connection {
    fileprivate func disablings(of provider: String, since date: Date) throws -> Int {
        let values: [SQLValue] = [.text(provider), .time(date)]
        return try first("SELECT count(*) FROM disabling WHERE provider = $1 AND at > $2", values) { $0.integer(0) }
            ?? 0
    }

    fileprivate func recordDisabling(of key: StoredKey, runID: String, at date: Date) throws {
        try execute(
            "INSERT INTO disabling (run_id, key_id, provider, at) VALUES ($1, $2, $3, $4)",
            [.text(runID), .text(key.id), .text(key.provider), .time(date)])
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
