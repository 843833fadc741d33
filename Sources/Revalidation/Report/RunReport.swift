package import Foundation
package import Judgement
package import KeyVigil

/// What a run did, as `run --json` prints it. Field names are the interface's.
package struct RunReport: Sendable, Encodable {
    /// Numbers of keys.
    package struct Keys: Sendable, Encodable {
        /// Keys due when the run began, in the slices that it leased.
        package var due = 0
        /// Keys for which a request was made.
        package var probed = 0
        /// Keys with the verdict alive.
        package var alive = 0
        /// Keys with the verdict dead.
        package var dead = 0
        /// Keys with neither verdict, probed or not.
        package var unknown = 0
        /// Due keys in slices that other runs have leased; at most 1,000 are counted in a slice.
        package var heldByOthers = 0

        enum CodingKeys: String, CodingKey {
            case due, probed, alive, dead, unknown
            case heldByOthers = "held_by_others"
        }
    }

    /// The numbers of one provider.
    package struct ProviderPart: Sendable, Encodable {
        /// Keys for which a request was made.
        package var probed = 0
        /// Of these, keys with the verdict alive.
        package var alive = 0
        /// Of these, keys with the verdict dead.
        package var dead = 0
        /// Of these, keys with neither verdict.
        package var unknown = 0
        /// Whether a breaker of the provider is open.
        package var breaker = BreakerState.closed
        /// Whether the provider refused a made-up key.
        package var negativeControl = NegativeControl.skipped
        /// Whether the provider still accepts canary or other keys.
        package var positiveControl = Evidence.none

        enum CodingKeys: String, CodingKey {
            case probed, alive, dead, unknown, breaker
            case negativeControl = "negative_control"
            case positiveControl = "positive_control"
        }
    }

    /// Whether a provider's breaker is open in any of its scopes.
    package enum BreakerState: String, Sendable, Encodable {
        case open, closed
    }

    /// The result of a provider's negative controls.
    package enum NegativeControl: String, Sendable, Encodable {
        /// A made-up key was refused.
        case passed
        /// A made-up key was answered, and not with a refusal.
        case failed
        /// None was asked, or none was answered.
        case skipped
    }

    /// Numbers of notices.
    package struct Notices: Sendable, Encodable {
        /// Notices that this run queued.
        package var queued = 0
        /// Mails that a relay accepted or that were written as files.
        package var sent = 0
        /// Mails that will be tried again.
        package var deferred = 0
        /// Mails that failed for good.
        package var failed = 0
    }

    /// The run's id, as audit rows name it.
    package let run: String
    /// When the run began, by the store's clock.
    package let started: Date
    /// When the run ended, by the store's clock.
    package var finished: Date
    /// How the run ended.
    package var outcome = RunRecord.Outcome.complete
    /// Whether it was a dry run, which stores nothing but one audit row.
    package let dryRun: Bool
    /// Numbers of keys.
    package var keys = Keys()
    /// Keys by finding.
    package var findings: [String: Int] = [:]
    /// Keys by kind of change, see ``Change/Kind``.
    package var transitions: [String: Int] = [:]
    /// Numbers by provider id.
    package var providers: [String: ProviderPart] = [:]
    /// Numbers of notices.
    package var notices = Notices()
    /// Coverage after the run; nil until it is measured.
    package var coverage: Coverage?
    /// What an operator should look at; where there is anything, a complete run's exit status is 3.
    package var attention: [Attention] = []
    /// The changes, at most 1,000 of them.
    package var changes: [Change] = []

    /// The report of a run that has just begun.
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

    /// 70 for a failed run, 75 for a partial one, 3 for a complete one with ``attention``, else 0 (ruling 35).
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
        if tally.foreignRing > 0 { attention.append(.foreignKeys(tally.foreignRing)) }
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
        negativeControl = part.control.map(RunReport.NegativeControl.init) ?? negativeControl
    }

    mutating func note(_ evidence: Evidence) {
        if positiveControl != .failed { positiveControl = evidence }
    }
}

extension RunReport.NegativeControl {
    fileprivate init(_ outcome: ControlOutcome) {
        switch outcome {
        case .passed: self = .passed
        case .failed: self = .failed
        case .unanswered: self = .skipped
        }
    }
}

extension RunReport {
    /// Whether at least one key got a result.
    package var madeProgress: Bool { keys.alive + keys.dead + keys.unknown > 0 }
}
