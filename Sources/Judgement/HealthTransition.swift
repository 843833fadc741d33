package import Foundation
package import Vocabulary

/// What one observation makes of a key: its health as it is to be written, and what there is to tell.
package struct HealthTransition: Sendable, Equatable {
    /// What happened, beyond the probe itself.
    package enum Event: Sendable, Equatable {
        /// A first dead answer.
        case suspected
        /// Dead again, late enough and often enough: the guard decides now.
        case confirmed
        /// An alive answer ended a suspicion.
        case cleared
        /// What the job had disabled works again.
        case recovered
        /// What the job had disabled is not asked any more.
        case recoveryEnded
        /// Credit ran out; an episode begins.
        case exhausted
        /// Credit is back: a probe that sees it found some, or one that does not was let through twice, a day apart.
        case creditRestored
        /// The third refusal that counts, of a rule that waits longer still.
        case refusedThrice
        /// The provider no longer takes keys of this type.
        case keyTypeRetired
        /// For a week no probe could say anything about it.
        case uncheckableForAWeek
    }

    /// To be written, if the key is still the version and status that was probed.
    package var health: KeyHealth
    /// In the order in which they happened.
    package var events: [Event] = []
    /// What it adds to the scope's sums of this hour; nil: nothing.
    package var count: HourCount.Contribution?
}

extension HealthTransition {
    /// The ruling on `observation` of a key with this health. Pure: nothing but its arguments decides.
    ///
    /// - Parameters:
    ///   - scope: what the guard keeps the key under, and `history` how its breaker stands.
    ///   - seesCredit: whether this provider's probe can tell that credit is back.
    package init(
        on observation: Observation, of health: KeyHealth, in scope: GuardScope, history: ScopeHistory = ScopeHistory(),
        seesCredit: Bool, expiry: Date?, timing: Timing
    ) {
        self.health = health
        self.health.lastCheckedAt = observation.at
        self.health.lastFinding = observation.finding
        count = HourCount.Contribution(observation, of: health)
        if observation.verdict != .unknown {
            self.health.lastConclusiveAt = observation.at
            self.health.uncheckableSince = nil
            self.health.unknownCount = 0
        }
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
        if health.suspicion != nil, health.status == .active { events.append(.cleared) }
        if health.status == .disabled { events.append(.recovered) }
        health.becomeActive()
        let turn = KeySlot.next(after: observation.at, slot: health.slot, period: timing.period)
        health.nextProbeAt = credit(observation, of: before, seesCredit: seesCredit) ?? turn
    }

    /// Begins, keeps or ends an episode without credit; returns its next probe where that comes before the key's turn.
    private mutating func credit(
        _ observation: Observation, of before: KeyHealth, seesCredit: Bool
    ) -> Date? {
        if observation.finding == .exhausted, health.exhaustedSince == nil {
            health.exhaustedSince = observation.at
            events.append(.exhausted)
        }
        guard let since = health.exhaustedSince else { return nil }
        if observation.finding == .valid, seesCredit || before.hadCredit(wellBefore: observation.at) {
            health.exhaustedSince = nil
            events.append(.creditRestored)
            return nil
        }
        // Of answers in quick succession the first counts: it alone sets the day of the one that ends the episode.
        if observation.finding == .valid, before.lastFinding == .valid { return before.nextProbeAt }
        let isNew = observation.at.timeIntervalSince(since) < Timing.exhaustedDaily
        return isNew || observation.finding == .valid ? observation.at.addingTimeInterval(Timing.day) : nil
    }

    private mutating func dead(
        _ observation: Observation, in scope: GuardScope, timing: Timing, history: ScopeHistory
    ) {
        if health.status == .disabled { return stillDead(observation) }
        guard observation.classification.strength != .never else {
            health.nextProbeAt = KeySlot.next(after: observation.at, slot: health.slot, period: timing.period)
            return
        }
        guard let suspicionBefore = health.suspicion else { return suspect(observation, timing: timing) }
        let strength = observation.classification.strength
        var suspicion = history.counted(suspicionBefore, of: scope, strength: strength, now: observation.at)
        let isDoubted = history.doubts(suspicion, of: scope, strength: strength, now: observation.at)
        let rule = ConfirmationRule(of: observation, isDoubted: isDoubted, timing)
        let age = observation.at.timeIntervalSince(suspicion.countedFrom) + Timing.early(rule.gap)
        // Refusals in quick succession are one refusal: each further one counts only after a further gap.
        if rule.gap <= 0 || age / rule.gap >= Double(suspicion.deadCount) { suspicion.deadCount += 1 }
        health.suspicion = suspicion
        confirm(observation, of: suspicion, by: rule, age: age, timing: timing)
    }

    private mutating func suspect(_ observation: Observation, timing: Timing) {
        health.suspicion = KeyHealth.Suspicion(
            since: observation.at, finding: observation.finding, httpStatus: observation.httpStatus,
            code: observation.classification.providerCode, requestID: observation.classification.requestID)
        health.nextProbeAt = observation.at.addingTimeInterval(ConfirmationRule(of: observation, timing).gap)
        events.append(.suspected)
    }

    private mutating func confirm(
        _ observation: Observation, of suspicion: KeyHealth.Suspicion, by rule: ConfirmationRule, age: TimeInterval,
        timing: Timing
    ) {
        if suspicion.deadCount >= rule.needed, age >= rule.span {
            // Due still: the guard sets the next probe when it holds the key back, and a crash before that loses nothing.
            health.nextProbeAt = observation.at
            return events.append(.confirmed)
        }
        // A breaker's doubt is no news for the tenant; a rule that waits longer than that is.
        if suspicion.deadCount >= 3, age < ConfirmationRule(of: observation, timing).span {
            events.append(.refusedThrice)
        }
        let end = suspicion.countedFrom.addingTimeInterval(rule.span)
        let turn = KeySlot.next(after: observation.at, slot: health.slot, period: timing.period)
        let earliest = observation.at.addingTimeInterval(rule.gap)
        // What a breaker held is asked daily, so that an incident's end shows soon.
        health.nextProbeAt = rule.isDoubted ? earliest : max(earliest, min(end, turn))
    }

    private mutating func stillDead(_ observation: Observation) {
        let start = health.disabling?.at ?? observation.at
        health.nextProbeAt = Timing.nextRecovery(disabledAt: start, after: observation.at)
        if health.nextProbeAt == nil { events.append(.recoveryEnded) }
    }

    private mutating func unknown(_ observation: Observation) {
        health.unknownCount += 1
        noteWhatIsNobodysFault(observation)
        let asked = observation.classification.retryAfter.map { Double($0.components.seconds) } ?? 0
        let own = health.status == .disabled || observation.finding.isOurs
        let wait = own ? Timing.day : Timing.backOff(unknownCount: health.unknownCount)
        let next = observation.at.addingTimeInterval(max(wait, min(asked, 7 * Timing.day)))
        let isOver = health.disabling.map { next.timeIntervalSince($0.at) > Timing.recoveryEnd } ?? false
        health.nextProbeAt = isOver ? nil : next
        if isOver { events.append(.recoveryEnded) }
    }

    private mutating func noteWhatIsNobodysFault(_ observation: Observation) {
        if observation.finding == .keyTypeRetired, health.status == .active { events.append(.keyTypeRetired) }
        guard observation.finding.isNobodysFault else { return }
        let since = health.uncheckableSince ?? observation.at
        health.uncheckableSince = since
        let isAWeek = observation.at.timeIntervalSince(since) >= Timing.uncheckableTold
        if isAWeek, health.status == .active { events.append(.uncheckableForAWeek) }
    }
}

extension KeyHealth {
    /// Whether the probe before was let through, and its re-probe a day later is due at `date` or will be soon.
    fileprivate func hadCredit(wellBefore date: Date) -> Bool {
        guard lastFinding == .valid, let nextProbeAt else { return false }
        return nextProbeAt.timeIntervalSince(date) <= Timing.day - Timing.creditApart
    }
}

extension Finding {
    /// A state that no probe can change: asked once a day (ruling 15).
    fileprivate var isOurs: Bool {
        switch self {
        case .undecryptable, .unsupported, .endpointChanged: true
        default: false
        }
    }

    /// Says nothing about the key, and somebody has to mend something else.
    fileprivate var isNobodysFault: Bool { isOurs || self == .egressBlocked }
}
