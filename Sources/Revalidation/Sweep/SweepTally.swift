internal import KeyVigil

/// What a sweep has seen, in numbers and in the few things that later steps need.
struct SweepTally: Sendable {
    struct ByProvider: Sendable {
        var probed = 0
        var verdicts: [Verdict: Int] = [:]
        /// Of the made-up keys asked in this run, the worst; nil: none was asked.
        var control: ControlOutcome?

        mutating func count(_ verdict: Verdict) {
            probed += 1
            verdicts[verdict, default: 0] += 1
        }
    }

    var due = 0
    var probed = 0
    var verdicts: [Verdict: Int] = [:]
    var findings: [Finding: Int] = [:]
    var providers: [String: ByProvider] = [:]
    var events: [Change.Kind: Int] = [:]
    var changes: [Change] = []
    var candidates: [Candidate] = []
    /// What unsuspected keys answered in a dry run, which stores nothing.
    var answers: [GuardScope: [Finding]] = [:]
    /// What they and others would have added to the guard's sums.
    var counts: [GuardScope: [Int: HourCount]] = [:]
    /// Canaries that a dry run asked.
    var canaries: [ControlResult] = []
    var discarded = 0
    var noticesQueued = 0
    /// Keys sealed with a master key that this ring lacks; left alone.
    var foreignRing = 0

    /// More changes than this are counted and not listed.
    static let mostChanges = 1000

    mutating func count(_ observation: Observation, provider: String) {
        verdicts[observation.verdict, default: 0] += 1
        findings[observation.finding, default: 0] += 1
        guard observation.finding != .undecryptable, observation.finding != .unsupported else { return }
        probed += 1
        providers[provider, default: ByProvider()].count(observation.verdict)
    }

    mutating func note(_ outcome: ControlOutcome, provider: String) {
        let known = providers[provider, default: ByProvider()].control
        if known == nil || known == .passed || outcome == .failed {
            providers[provider, default: ByProvider()].control = outcome
        }
    }

    /// A dry run's batch, which is written nowhere else.
    mutating func keepUnstored(_ batch: Batch) {
        add(batch.counts(without: []))
        canaries += batch.controls.filter { $0.kind == .canary }
        for result in batch.results where result.speaksForOthers {
            answers[result.scope, default: []].append(result.observation.finding)
        }
    }

    /// What another sweep of the same dry run has not stored.
    mutating func addUnstored(_ other: SweepTally) {
        add(other.counts)
        canaries += other.canaries
        answers.merge(other.answers, uniquingKeysWith: +)
    }

    private mutating func add(_ more: [GuardScope: [Int: HourCount]]) {
        for (scope, hours) in more { counts[scope, default: [:]].merge(hours) { $0 + $1 } }
    }

    mutating func note(_ change: Change) {
        events[change.kind, default: 0] += 1
        if changes.count < Self.mostChanges { changes.append(change) }
    }
}
