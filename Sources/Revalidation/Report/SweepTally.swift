internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// What a sweep found: numbers for the report, and what later steps need.
struct SweepTally: Sendable {
    struct ByProvider: Sendable {
        /// Keys by finding, also of those that could not be probed.
        fileprivate(set) var findings: [Finding: Int] = [:]
        /// The worst outcome of this run's negative controls; nil where none was asked.
        var control: ControlOutcome?

        var probed: Int { count { $0.isOfProbe } }

        /// Number of probes with this verdict.
        func probed(_ verdict: Verdict) -> Int { count { $0.isOfProbe && $0.verdict == verdict } }

        fileprivate func count(_ isMeant: (Finding) -> Bool) -> Int {
            findings.reduce(0) { $0 + (isMeant($1.key) ? $1.value : 0) }
        }
    }

    var due = 0
    /// Providers with at least one finding or control, by id; see ``probedProviders``.
    private(set) var providers: [String: ByProvider] = [:]
    var events: [Change.Kind: Int] = [:]
    var changes: [Change] = []
    var candidates: [Candidate] = []
    /// Answers of unsuspected keys in a dry run, which stores none.
    var answers: [GuardScope: [Finding]] = [:]
    /// What all answers of a dry run would have added to the guard's sums, by hour.
    var counts: [GuardScope: [Int: HourCount]] = [:]
    /// Results of the canaries that a dry run asked.
    var canaries: [ControlResult] = []
    var discarded = 0
    var noticesQueued = 0
    /// Keys sealed with a master key that this ring lacks; they are skipped.
    var foreignRing = 0

    /// Changes beyond this number are counted and not listed.
    static let mostChanges = 1000

    /// Called once for each key; all other sums are computed from these counts when they are read.
    mutating func count(_ observation: Observation, provider: String) {
        providers[provider, default: ByProvider()].findings[observation.finding, default: 0] += 1
    }

    /// Providers at which at least one key was probed.
    var probedProviders: [String: ByProvider] { providers.filter { $0.value.probed > 0 } }
    var probed: Int { providers.values.reduce(0) { $0 + $1.probed } }
    /// Number of results, also without a probe.
    var found: Int { count { _ in true } }

    func found(_ verdict: Verdict) -> Int { count { $0.verdict == verdict } }

    var findings: [Finding: Int] {
        providers.values.reduce(into: [:]) { sums, part in sums.merge(part.findings, uniquingKeysWith: +) }
    }

    private func count(_ isMeant: (Finding) -> Bool) -> Int {
        providers.values.reduce(0) { $0 + $1.count(isMeant) }
    }

    mutating func note(_ outcome: ControlOutcome, provider: String) {
        let known = providers[provider, default: ByProvider()].control
        if known == nil || known == .passed || outcome == .failed {
            providers[provider, default: ByProvider()].control = outcome
        }
    }

    /// Adds what another sweep of the same dry run found and did not store.
    mutating func addUnstored(_ other: SweepTally) {
        add(other.counts)
        canaries += other.canaries
        answers.merge(other.answers, uniquingKeysWith: +)
    }

    mutating func add(_ more: [GuardScope: [Int: HourCount]]) {
        for (scope, hours) in more { counts[scope, default: [:]].merge(hours) { $0 + $1 } }
    }

    mutating func note(_ change: Change) {
        events[change.kind, default: 0] += 1
        if changes.count < Self.mostChanges { changes.append(change) }
    }
}

extension Finding {
    /// Whether a request was made, answered or not; false where none could be made.
    fileprivate var isOfProbe: Bool { self != .undecryptable && self != .unsupported }
}
