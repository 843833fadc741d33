package import Foundation
package import Vocabulary

/// What it takes to confirm a suspicion: how many refusals, how far apart, and over how long.
package struct ConfirmationRule: Sendable, Equatable {
    /// How much the refusal proves.
    package let strength: Strength
    /// Whether the suspicion stood while a breaker was open and no release covers it.
    package let isDoubted: Bool
    /// How many refusals must count, the first one included.
    package let needed: Int
    /// The seconds from one refusal that counts to the next.
    package let gap: TimeInterval
    /// The seconds from the first refusal to the one that may confirm.
    package let span: TimeInterval

    /// The rule for a refusal of this strength.
    ///
    /// - Parameters:
    ///   - rule: `confirm_over` of the catalogue's rule that matched.
    ///   - isDoubted: whether the suspicion stood while a breaker was open and no release covers it. Then a specific
    ///     refusal proves no more than an ambiguous one: where all keys were probed at once, the breaker closes in
    ///     the middle of the incident, because refusals of keys that are suspected already count nowhere.
    package init(_ strength: Strength, over rule: Duration?, isDoubted: Bool = false, _ timing: Timing) {
        let rule = rule.map { Double($0.components.seconds) }
        let isExact = strength == .specific && !isDoubted
        self.strength = strength
        self.isDoubted = isDoubted
        needed = isExact ? 2 : 3
        // `confirmation.gap: 0s` shortens only the gap of specific rules (ruling 17).
        gap = isExact ? timing.gap : max(timing.gap, Timing.day)
        let least = isDoubted ? max(Timing.ambiguousOver, rule ?? 0) : rule ?? (isExact ? 0 : Timing.ambiguousOver)
        span = max(timing.gap, least)
    }

    /// The rule for the refusal that was observed.
    package init(of observation: Observation, isDoubted: Bool = false, _ timing: Timing) {
        let classification = observation.classification
        self.init(classification.strength, over: classification.confirmOver, isDoubted: isDoubted, timing)
    }
}

extension Suspicion {
    /// Whether the suspicion stood while a breaker was open: only a breaker that closes moves ``countedFrom``.
    package var stoodThroughOpenBreaker: Bool { countedFrom > since }
}
