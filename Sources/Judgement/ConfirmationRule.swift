package import Foundation
package import Vocabulary

/// What it takes to confirm a suspicion: how many refusals, how far apart, and over how long.
package struct ConfirmationRule: Sendable, Equatable {
    package let strength: Strength
    package let isDoubted: Bool
    package let needed: Int
    /// From one refusal that counts to the next.
    package let gap: TimeInterval
    /// From the first to the one that may confirm.
    package let span: TimeInterval

    /// - Parameters:
    ///   - rule: the provider's own `confirm_over`.
    ///   - isDoubted: the suspicion stood while a breaker was open, and no operator has called it true. Then an exact refusal
    ///     proves no more than an ambiguous one: a breaker closes by itself in the middle of an incident whose keys were
    ///     all asked at once, because refusals of keys that are suspected already count nowhere.
    package init(_ strength: Strength, over rule: Duration?, isDoubted: Bool = false, _ timing: Timing) {
        let rule = rule.map { Double($0.components.seconds) }
        let isExact = strength == .specific && !isDoubted
        self.strength = strength
        self.isDoubted = isDoubted
        needed = isExact ? 2 : 3
        // `confirmation.gap: 0s` scales only the gap of specific rules (ruling 17).
        gap = isExact ? timing.gap : max(timing.gap, Timing.day)
        let least = isDoubted ? max(Timing.ambiguousOver, rule ?? 0) : rule ?? (isExact ? 0 : Timing.ambiguousOver)
        span = max(timing.gap, least)
    }

    package init(of observation: Observation, isDoubted: Bool = false, _ timing: Timing) {
        let classification = observation.classification
        self.init(classification.strength, over: classification.confirmOver, isDoubted: isDoubted, timing)
    }
}

extension KeyHealth.Suspicion {
    /// Whether it stood while a breaker was open: only the closing of a breaker moves the time from which it counts.
    package var stoodThroughOpenBreaker: Bool { countedFrom > since }
}
