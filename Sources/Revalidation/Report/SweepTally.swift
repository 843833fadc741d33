internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// What a sweep has seen, in numbers and in the few things that later steps need.
struct SweepTally: Sendable {
    struct ByProvider: Sendable {
        /// What was found, also without a probe.
        fileprivate(set) var findings: [Finding: Int] = [:]
        /// Of the made-up keys asked in this run, the worst; nil: none was asked.
        var control: ControlOutcome?

        var probed: Int { count { $0.isOfProbe } }

        /// Of probes with this verdict.
        func probed(_ verdict: Verdict) -> Int { count { $0.isOfProbe && $0.verdict == verdict } }

        fileprivate func count(_ isMeant: (Finding) -> Bool) -> Int {
            findings.reduce(0) { $0 + (isMeant($1.key) ? $1.value : 0) }
        }
    }

    var due = 0
    /// Where something was found; see ``probedProviders``.
    private(set) var providers: [String: ByProvider] = [:]
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

    /// Once for each key: all other sums are made of these when somebody asks.
    mutating func count(_ observation: Observation, provider: String) {
        providers[provider, default: ByProvider()].findings[observation.finding, default: 0] += 1
    }

    /// Those that at least one key was asked of.
    var probedProviders: [String: ByProvider] { providers.filter { $0.value.probed > 0 } }
    var probed: Int { providers.values.reduce(0) { $0 + $1.probed } }
    /// Results, also without a probe.
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

    /// What another sweep of the same dry run has not stored.
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
    /// Whether it comes from an answer, or from none; not from a key that could not be asked about.
    fileprivate var isOfProbe: Bool { self != .undecryptable && self != .unsupported }
}
