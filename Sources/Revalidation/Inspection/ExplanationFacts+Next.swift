internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension Explanation.Facts {
    /// What comes next and what it depends on.
    var next: [String] {
        guard let key else { return [] }
        if key.health.status == .active, let reason = reasonNotAsked(key) {
            return ["No run asks about it: \(reason)."]
        }
        let mails = waitingNotices.map { "A notice (\($0)) waits to be mailed." }
        return [turn(key)] + consequences(key) + mails
    }

    private func turn(_ key: StoredKey) -> String {
        guard let at = key.health.nextProbeAt else { return "It is not asked about any more." }
        guard at <= now else { return "It is asked about next on \(UTCText.minute(at))." }
        return "It is due since \(UTCText.minute(at)): the next run asks about it."
    }

    private func consequences(_ key: StoredKey) -> [String] {
        switch (key.health.status, key.health.disabling?.by) {
        case (.active, _):
            let refusals = key.health.suspicion.map { furtherRefusal(after: $0, of: key) } ?? [firstRefusal]
            return key.health.nextProbeAt == nil ? [] : refusals + guardLines(key)
        case (.disabled, .job):
            guard let end = key.health.disabling.map({ $0.at + Timing.recoveryEnd }), end > now else { return [] }
            return ["A check that is accepted brings it back, with a mail; the last is on \(UTCText.minute(end))."]
        default: return []
        }
    }

    /// How many refusals, over how long, disable a key at the least by the provider's own rules.
    private var firstRefusal: String {
        let deadRules = (provider?.rules ?? []).filter { $0.finding.verdict == .dead && $0.strength != .never }
        let rules = deadRules.map { ConfirmationRule($0.strength, over: $0.confirmOver, timing) }
        guard let quickest = rules.min(by: { ($0.span, $0.needed) < ($1.span, $1.needed) }) else {
            return "A refusal would be reported; none of \(providerName) disables a key."
        }
        let span = hours(quickest.span)
        let more = quickest.needed - 1
        let further = more == 1 ? "another, \(span) later or more" : "\(more) more, over \(span) or more"
        return "A refusal would make it suspected; it takes \(further), to disable it."
    }

    private func furtherRefusal(after suspicion: Suspicion, of key: StoredKey) -> [String] {
        guard !isKeptByBreaker else {
            return [
                "While the breaker is open no refusal confirms it; when it closes, it takes two more, the last 72 h after."
            ]
        }
        let scope = GuardScope(key, key.health)
        let history = ScopeHistory(closedAt: guardState?.closedAt, releases: guardState?.releases ?? [])
        let restarted = history.counted(suspicion, of: scope, strength: .specific, now: now)
        let isDoubted = history.needsMoreConfirmation(restarted, of: scope, strength: .specific, now: now)
        let rules = rules(of: suspicion.finding, isDoubted: isDoubted)
        return rules.map { rule in
            let counted = history.counted(suspicion, of: scope, strength: rule.strength, now: now)
            let from = counted.countedFrom + rule.span - Timing.early(rule.gap)
            let subject = rules.count == 1 ? "Refusals" : "Refusals that are \(rule.strength.rawValue)"
            return "\(subject): \(counted.deadCount) of the \(rule.needed) needed are counted; one from "
                + "\(UTCText.minute(from)) on may confirm it, and then the guard decides."
        }
    }

    private func guardLines(_ key: StoredKey) -> [String] {
        guard let state = guardState else { return [] }
        let scope = "\(key.provider) (\(state.scope.keyType.isEmpty ? "no key type yet" : state.scope.name))"
        let guardLine =
            "Guard of \(scope): \(state.sentence); \(state.disabledInDay) of at most \(state.cap) disabled in 24 h."
        return [guardLine] + (release.map { [Self.sentence(about: $0)] } ?? [])
    }

    /// Whether the breaker is open and no operator's release covers this suspicion.
    var isKeptByBreaker: Bool { guardState?.breaker != nil && release == nil }

    /// The operator's release that covers its suspicion.
    private var release: BreakerRelease? {
        guard let state = guardState, let suspicion = key?.health.suspicion else { return nil }
        let strength = rules(of: suspicion.finding).contains { $0.needed > 2 } ? Strength.ambiguous : .specific
        return state.releases.last { $0.covers(suspicion, of: state.scope, strength: strength, now: now) }
    }

    private static func sentence(about release: BreakerRelease) -> String {
        "An operator's release of \(UTCText.minute(release.at)) covers its suspicion until "
            + "\(UTCText.minute(release.endsAt)) (an ambiguous one until "
            + "\(UTCText.minute(release.endsForAmbiguousAt))): \(release.reason)"
    }

    private func hours(_ seconds: TimeInterval) -> String { "\(Int((seconds / 3600).rounded())) h" }

    /// The provider's different rules for confirming this finding: one where all answers count the same, several where
    /// that depends on the answer.
    private func rules(of finding: Finding, isDoubted: Bool = false) -> [ConfirmationRule] {
        let ofFinding = (provider?.rules ?? []).filter { $0.finding == finding && $0.strength != .never }
        let rules = ofFinding.map { ConfirmationRule($0.strength, over: $0.confirmOver, isDoubted: isDoubted, timing) }
        let unique = rules.enumerated().filter { index, rule in !rules[..<index].contains(rule) }.map(\.element)
        return unique.isEmpty ? [ConfirmationRule(.specific, over: nil, isDoubted: isDoubted, timing)] : unique
    }
}
