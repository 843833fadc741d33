internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension Explanation.Facts {
    /// What comes next and what it depends on.
    var steps: [NextStep] {
        guard let key else { return [] }
        if key.health.status == .active, let reason = reasonNotProbed(key) { return [.notProbed(reason)] }
        return [turn(key)] + consequences(key) + waitingNotices.map(NextStep.notice)
    }

    private func turn(_ key: StoredKey) -> NextStep {
        guard let date = key.health.nextProbeAt else { return .neverProbed }
        return date > now ? .probe(at: date) : .due(since: date)
    }

    private func consequences(_ key: StoredKey) -> [NextStep] {
        guard key.health.nextProbeAt != nil else { return [] }
        switch key.health.state {
        case .active(let suspicion):
            let refusals = suspicion.map { furtherRefusals(after: $0, of: key) } ?? [firstRefusal]
            return refusals + guardSteps
        case .disabled(let disabling): return recovery(from: disabling)
        case .revoked: return []
        }
    }

    private func recovery(from disabling: Disabling) -> [NextStep] {
        switch disabling.cause {
        case .operator: return []
        case .job:
            let end = disabling.at + Timing.recoveryEnd
            return end > now ? [.recovery(end: end)] : []
        }
    }

    /// How many refusals, over how long, disable a key at the least by the provider's own rules.
    private var firstRefusal: NextStep {
        let deadRules = (provider?.rules ?? []).filter { $0.finding.verdict == .dead && $0.strength != .never }
        let rules = deadRules.map { ConfirmationRule($0.strength, over: $0.confirmOver, timing) }
        let quickest = rules.min { ($0.span, $0.needed) < ($1.span, $1.needed) }
        return quickest.map(NextStep.firstRefusal) ?? .refusalReported
    }

    private func furtherRefusals(after suspicion: Suspicion, of key: StoredKey) -> [NextStep] {
        guard !isKeptByBreaker else { return heldByBreaker(suspicion) }
        let scope = GuardScope(key, key.health)
        let history = ScopeHistory(closedAt: guardState?.closedAt, releases: guardState?.releases ?? [])
        let restarted = history.counted(suspicion, of: scope, strength: .specific, now: now)
        let isDoubted = history.needsMoreConfirmation(restarted, of: scope, strength: .specific, now: now)
        let rules = rules(of: suspicion.finding, isDoubted: isDoubted)
        return rules.map { rule in
            let counted = history.counted(suspicion, of: scope, strength: rule.strength, now: now)
            let from = counted.countedFrom + rule.span - Timing.early(rule.gap)
            return .confirmation(
                NextStep.Confirmation(
                    rule: rule, counted: counted.deadCount, isSinceClosing: counted.stoodThroughOpenBreaker,
                    from: from > now ? from : nil, isOnlyRule: rules.count == 1))
        }
    }

    /// The least that it takes to disable the key once the breaker has closed.
    private func heldByBreaker(_ suspicion: Suspicion) -> [NextStep] {
        let quickest = rules(of: suspicion.finding, isDoubted: true).min { $0.span < $1.span }
        return [quickest].compactMap(\.self).map(NextStep.heldByBreaker)
    }

    private var guardSteps: [NextStep] {
        guard let state = guardState else { return [] }
        return [.guardState(state)] + [release].compactMap(\.self).map(NextStep.released)
    }

    /// Whether the breaker is open and no operator's release covers this suspicion.
    var isKeptByBreaker: Bool { guardState?.breaker != nil && release == nil }

    /// The operator's release that covers its suspicion.
    var release: BreakerRelease? {
        guard let state = guardState, let suspicion = key?.health.suspicion else { return nil }
        let strength = rules(of: suspicion.finding).contains { $0.needed > 2 } ? Strength.ambiguous : .specific
        return state.releases.last { $0.covers(suspicion, of: state.scope, strength: strength, now: now) }
    }

    /// The provider's different rules for confirming this finding: one where all answers count the same, several where
    /// that depends on the answer.
    private func rules(of finding: Finding, isDoubted: Bool = false) -> [ConfirmationRule] {
        let ofFinding = (provider?.rules ?? []).filter { $0.finding == finding && $0.strength != .never }
        let rules = ofFinding.map { ConfirmationRule($0.strength, over: $0.confirmOver, isDoubted: isDoubted, timing) }
        let unique = rules.enumerated().filter { index, rule in !rules[..<index].contains(rule) }.map(\.element)
        return unique.isEmpty ? [ConfirmationRule(.specific, over: nil, isDoubted: isDoubted, timing)] : unique
    }
}
