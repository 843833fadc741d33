package import Foundation
internal import Judgement
internal import KeyVigil

/// What a run did, as `run --json` prints it. Field names are the interface's.
package struct RunReport: Sendable, Encodable {
    /// How a run ended.
    package enum Outcome: String, Sendable, Encodable {
        /// All that was due is done.
        case complete
        /// Interrupted, out of time or its lease was lost; the next run continues.
        case partial
        /// It could not do its work.
        case failed
    }

    /// Numbers of keys.
    package struct Keys: Sendable, Encodable {
        /// Due when the run began, that it could lease.
        package var due = 0
        /// Asked about.
        package var probed = 0
        /// Answered alive.
        package var alive = 0
        /// Answered dead.
        package var dead = 0
        /// Neither.
        package var unknown = 0
        /// Due, but another run is looking after them; a thousand a slice at most.
        package var heldByOthers = 0

        enum CodingKeys: String, CodingKey {
            case due, probed, alive, dead, unknown
            case heldByOthers = "held_by_others"
        }
    }

    /// One provider's share.
    package struct ProviderPart: Sendable, Encodable {
        /// Probed keys and their verdicts.
        package var probed = 0, alive = 0, dead = 0, unknown = 0
        /// `closed` or `open`.
        package var breaker = "closed"
        /// `passed`, `failed` or `skipped`.
        package var negativeControl = "skipped"
        /// `passed`, `failed` or `none`.
        package var positiveControl = "none"

        enum CodingKeys: String, CodingKey {
            case probed, alive, dead, unknown, breaker
            case negativeControl = "negative_control"
            case positiveControl = "positive_control"
        }
    }

    /// Numbers of notices.
    package struct Notices: Sendable, Encodable {
        /// Newly owed.
        package var queued = 0
        /// Mails that a server accepted, or files written.
        package var sent = 0
        /// Mails to be tried again.
        package var deferred = 0
        /// Mails that ended in a failed state.
        package var failed = 0
    }

    /// The run's id, as audit rows name it.
    package let run: String
    /// When it began.
    package let started: Date
    /// When it ended.
    package var finished: Date
    /// How it ended.
    package var outcome = Outcome.complete
    /// Whether it wrote nothing.
    package let dryRun: Bool
    /// Numbers of keys.
    package var keys = Keys()
    /// Keys by finding.
    package var findings: [String: Int] = [:]
    /// Keys by what changed; every kind is named.
    package var transitions: [String: Int] = [:]
    /// By provider id.
    package var providers: [String: ProviderPart] = [:]
    /// Numbers of notices.
    package var notices = Notices()
    /// How much of the promise is kept.
    package var coverage: Coverage?
    /// What a person should look at; with any, the run ends with 3.
    package var attention: [String] = []
    /// The changes one by one, at most 1,000.
    package var changes: [Change] = []

    /// A run that has just begun.
    package init(run: String, started: Date, isDryRun: Bool) {
        self.run = run
        self.started = started
        finished = started
        dryRun = isDryRun
        for kind in ["suspected", "cleared", "disabled", "recovered", "held", "capped"] { transitions[kind] = 0 }
    }

    enum CodingKeys: String, CodingKey {
        case run, started, finished, outcome
        case dryRun = "dry_run"
        case keys, findings, transitions, providers, notices, coverage, attention, changes
    }

    /// The exit status that the outcome stands for (ruling 35).
    package var exitStatus: Int32 {
        switch outcome {
        case .failed: 70
        case .partial: 75
        case .complete: attention.isEmpty ? 0 : 3
        }
    }
}

extension RunReport {
    mutating func add(_ tally: SweepTally) {
        keys.due += tally.due
        keys.probed += tally.probed
        keys.alive += tally.found(.alive)
        keys.dead += tally.found(.dead)
        keys.unknown += tally.found(.unknown)
        for (finding, count) in tally.findings { findings[finding.rawValue, default: 0] += count }
        for (id, part) in tally.probedProviders { providers[id, default: ProviderPart()].add(part) }
        notices.queued += tally.noticesQueued
        if tally.foreignRing > 0 {
            attention.append("\(tally.foreignRing) keys are sealed with a master key that is not in this ring")
        }
        add(tally.changes, counts: tally.events)
    }

    mutating func add(_ more: [Change], counts: [Change.Kind: Int]) {
        for (kind, count) in counts { transitions[kind.rawValue, default: 0] += count }
        changes += more.prefix(SweepTally.mostChanges - min(changes.count, SweepTally.mostChanges))
    }
}

extension RunReport.ProviderPart {
    mutating func add(_ part: SweepTally.ByProvider) {
        probed += part.probed
        alive += part.probed(.alive)
        dead += part.probed(.dead)
        unknown += part.probed(.unknown)
        negativeControl = part.control.map { $0 == .unanswered ? "skipped" : $0.rawValue } ?? negativeControl
    }

    mutating func note(_ evidence: Evidence) {
        if positiveControl != "failed" { positiveControl = evidence.rawValue }
    }
}

extension RunReport {
    /// Whether a partial run got anything done.
    package var madeProgress: Bool { keys.alive + keys.dead + keys.unknown > 0 }
}
