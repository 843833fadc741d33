package import Foundation
package import Vocabulary

/// How one observation changes a key: the health to be written, and the events to be recorded.
package struct HealthTransition: Sendable, Equatable {
    /// A change that the observation caused.
    package enum Event: Sendable, Equatable {
        /// A first dead answer.
        case suspected
        /// Enough dead answers came over enough time: the guard decides next.
        case confirmed
        /// An alive answer ended a suspicion.
        case cleared
        /// A key that the job had disabled works again.
        case recovered
        /// A key that the job had disabled is not probed any more.
        case recoveryEnded
        /// Credit ran out; an episode begins.
        case exhausted
        /// Credit is back: a probe that can see credit found some, or one that cannot was accepted twice (ruling 8).
        case creditRestored
        /// The third refusal that counts, where the rule needs more time to confirm (ruling 10).
        case refusedThrice
        /// The provider no longer accepts keys of this type.
        case keyTypeRetired
        /// No probe could check the key for a week (ruling 15).
        case uncheckableForAWeek
    }

    /// The health to be written, if the key still has the version and status that were probed.
    package var health: KeyHealth
    /// The events in the order in which they happened.
    package var events: [Event] = []
    /// What the observation adds to the scope's sums of this hour; nil: nothing.
    package var count: HourCount.Contribution?
}

extension HealthTransition {
    /// The transition that `observation` causes in a key with this health. Pure: only the arguments decide.
    ///
    /// - Parameters:
    ///   - scope: the key's scope.
    ///   - history: when the scope's breaker closed, and which releases the operator gave.
    ///   - seesCredit: whether this provider's probe can tell that credit is back.
    ///   - expiry: when the key expires, where that is known.
    package init(
        on observation: Observation, of health: KeyHealth, in scope: GuardScope, history: ScopeHistory = ScopeHistory(),
        seesCredit: Bool, expiry: Date?, timing: Timing
    ) {
        self.health = health
        self.health.record(observation)
        count = HourCount.Contribution(observation, of: health)
        switch observation.verdict {
        case .alive: alive(observation, of: health, seesCredit: seesCredit, timing: timing)
        case .dead: dead(observation, in: scope, timing: timing, history: history)
        case .unknown: unknown(observation)
        }
        self.health.keepUntil(expiry: expiry, now: observation.at)
    }

    private mutating func alive(
        _ observation: Observation, of before: KeyHealth, seesCredit: Bool, timing: Timing
    ) {
        if !health.isCountedAlive(at: observation.at) { health.aliveAt = observation.at }
        if health.clear() { events.append(.cleared) }
        if health.recover() { events.append(.recovered) }
        let turn = KeySlot.next(after: observation.at, slot: health.slot, period: timing.period)
        health.schedule(credit(observation, of: before, seesCredit: seesCredit) ?? turn)
    }

    /// Begins, keeps or ends an episode without credit. Returns its next probe if that precedes the regular one.
    private mutating func credit(
        _ observation: Observation, of before: KeyHealth, seesCredit: Bool
    ) -> Date? {
        if observation.finding == .exhausted, health.runOutOfCredit(at: observation.at) { events.append(.exhausted) }
        guard let since = health.exhaustedSince else { return nil }
        let isBack = observation.finding == .valid && (seesCredit || before.hadCredit(wellBefore: observation.at))
        if isBack, health.restoreCredit() {
            events.append(.creditRestored)
            return nil
        }
        // Of answers in quick succession the first counts: it sets the day on which the next may end the episode.
        if observation.finding == .valid, before.lastFinding == .valid { return before.nextProbeAt }
        let isNew = observation.at.timeIntervalSince(since) < Timing.exhaustedDaily
        return isNew || observation.finding == .valid ? observation.at.addingTimeInterval(Timing.day) : nil
    }

    private mutating func dead(
        _ observation: Observation, in scope: GuardScope, timing: Timing, history: ScopeHistory
    ) {
        if let disabling = health.disabling { return stillDead(observation, since: disabling.at) }
        guard observation.classification.strength != .never else {
            return health.schedule(KeySlot.next(after: observation.at, slot: health.slot, period: timing.period))
        }
        guard let suspicionBefore = health.suspicion else { return suspect(observation, timing: timing) }
        let strength = observation.classification.strength
        var suspicion = history.counted(suspicionBefore, of: scope, strength: strength, now: observation.at)
        let isDoubted = history.needsMoreConfirmation(suspicion, of: scope, strength: strength, now: observation.at)
        let rule = ConfirmationRule(of: observation, isDoubted: isDoubted, timing)
        let age = observation.at.timeIntervalSince(suspicion.countedFrom) + Timing.early(rule.gap)
        // Refusals in quick succession count as one: each further one counts only after a further gap.
        if rule.gap <= 0 || age / rule.gap >= Double(suspicion.deadCount) { suspicion.countRefusal() }
        guard health.escalate(to: suspicion) else { return }
        confirm(observation, of: suspicion, by: rule, age: age, timing: timing)
    }

    private mutating func suspect(_ observation: Observation, timing: Timing) {
        guard health.suspect(by: observation) else { return }
        health.schedule(observation.at.addingTimeInterval(ConfirmationRule(of: observation, timing).gap))
        events.append(.suspected)
    }

    private mutating func confirm(
        _ observation: Observation, of suspicion: Suspicion, by rule: ConfirmationRule, age: TimeInterval,
        timing: Timing
    ) {
        if suspicion.deadCount >= rule.needed, age >= rule.span {
            // The key stays due. The guard sets the next probe if it holds the key; a crash before that
            // loses nothing.
            health.schedule(observation.at)
            return events.append(.confirmed)
        }
        // The tenant is told where the rule itself waits longer, not where an open breaker made it wait.
        if suspicion.deadCount >= 3, age < ConfirmationRule(of: observation, timing).span {
            events.append(.refusedThrice)
        }
        let end = suspicion.countedFrom.addingTimeInterval(rule.span)
        let turn = KeySlot.next(after: observation.at, slot: health.slot, period: timing.period)
        let earliest = observation.at.addingTimeInterval(rule.gap)
        // A key that an open breaker held is probed daily, so that the end of an incident shows soon.
        health.schedule(rule.isDoubted ? earliest : max(earliest, min(end, turn)))
    }

    private mutating func stillDead(_ observation: Observation, since date: Date) {
        let next = Timing.nextRecovery(disabledAt: date, after: observation.at)
        health.schedule(next)
        if next == nil { events.append(.recoveryEnded) }
    }

    private mutating func unknown(_ observation: Observation) {
        recordUncheckable(observation)
        let next = observation.at.addingTimeInterval(wait(after: observation))
        guard let disabling = health.disabling, next.timeIntervalSince(disabling.at) > Timing.recoveryEnd else {
            return health.schedule(next)
        }
        health.schedule(nil)
        events.append(.recoveryEnded)
    }

    /// The seconds from an unknown answer to the next probe.
    private func wait(after observation: Observation) -> TimeInterval {
        let asked = observation.classification.retryAfter.map { Double($0.components.seconds) } ?? 0
        let isDaily = health.status == .disabled || observation.finding.isUnchangedByProbing
        let least = isDaily ? Timing.day : Timing.backOff(unknownCount: health.unknownCount)
        return max(least, min(asked, 7 * Timing.day))
    }

    private mutating func recordUncheckable(_ observation: Observation) {
        if observation.finding == .keyTypeRetired, health.status == .active { events.append(.keyTypeRetired) }
        guard observation.finding.leavesKeyUncheckable else { return }
        let since = health.becomeUncheckable(at: observation.at)
        let isAWeek = observation.at.timeIntervalSince(since) >= Timing.uncheckableNoticeAfter
        if isAWeek, health.status == .active { events.append(.uncheckableForAWeek) }
    }
}

extension KeyHealth {
    /// Whether the previous probe was accepted long enough before `date`: the one after it is due then, or soon.
    fileprivate func hadCredit(wellBefore date: Date) -> Bool {
        guard lastFinding == .valid, let nextProbeAt else { return false }
        return nextProbeAt.timeIntervalSince(date) <= Timing.day - Timing.creditApart
    }
}

extension Finding {
    /// Whether the cause is the store, the catalogue or the endpoint: probed once a day (ruling 15).
    fileprivate var isUnchangedByProbing: Bool {
        switch self {
        case .undecryptable, .unsupported, .endpointChanged: true
        default: false
        }
    }

    /// Whether the finding says nothing about the key, and its cause has to be corrected elsewhere.
    fileprivate var leavesKeyUncheckable: Bool { isUnchangedByProbing || self == .egressBlocked }
}
