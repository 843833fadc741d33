public import Foundation
public import KeyVigil

/// What one observation makes of a key: its health as it is to be written, and what there is to tell.
public struct Ruling: Sendable, Equatable {
    /// What happened, beyond the probe itself.
    public enum Event: Sendable, Equatable {
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
        /// A probe that sees credit found some.
        case creditRestored
    }

    /// To be written, if the key is still the version and status that was probed.
    public var health: KeyHealth
    /// In the order in which they happened.
    public var events: [Event] = []
}

extension Ruling {
    /// The ruling on `observation` of a key with this health. Pure: nothing but its arguments decides.
    ///
    /// - Parameter seesCredit: whether this provider's probe can tell that credit is back.
    public init(on observation: Observation, of health: KeyHealth, seesCredit: Bool, expiry: Date?, timing: Timing) {
        self.health = health
        self.health.lastCheckedAt = observation.at
        self.health.lastFinding = observation.finding
        switch observation.verdict {
        case .alive: alive(observation, seesCredit, timing)
        case .dead: dead(observation, timing)
        case .unknown: unknown(observation)
        }
        self.health.keepUntil(expiry: expiry, now: observation.at)
    }

    private mutating func alive(_ observation: Observation, _ seesCredit: Bool, _ timing: Timing) {
        health.lastConclusiveAt = observation.at
        if health.suspicion != nil, health.status == .active { events.append(.cleared) }
        if health.status == .disabled { events.append(.recovered) }
        health.becomeActive()
        health.nextProbeAt = KeySlot.next(after: observation.at, slot: health.slot, period: timing.period)
        credit(observation, seesCredit)
    }

    private mutating func credit(_ observation: Observation, _ seesCredit: Bool) {
        if observation.finding == .exhausted {
            let since = health.exhaustedSince ?? observation.at
            if health.exhaustedSince == nil { events.append(.exhausted) }
            health.exhaustedSince = since
            let isNew = observation.at.timeIntervalSince(since) < Timing.exhaustedDaily
            if isNew { health.nextProbeAt = observation.at.addingTimeInterval(Timing.day) }
        } else if health.exhaustedSince != nil, observation.finding == .valid, seesCredit {
            health.exhaustedSince = nil
            events.append(.creditRestored)
        }
    }

    private mutating func dead(_ observation: Observation, _ timing: Timing) {
        health.lastConclusiveAt = observation.at
        health.unknownCount = 0
        if health.status == .disabled { return stillDead(observation) }
        guard observation.classification.strength != .never else {
            health.nextProbeAt = KeySlot.next(after: observation.at, slot: health.slot, period: timing.period)
            return
        }
        guard var suspicion = health.suspicion else { return suspect(observation, timing) }
        let gap = timing.gap(for: observation)
        let age = observation.at.timeIntervalSince(suspicion.since) + Timing.early(gap)
        // Refusals in quick succession are one refusal: each further one counts only after a further gap.
        if gap <= 0 || age / gap >= Double(suspicion.deadCount) { suspicion.deadCount += 1 }
        health.suspicion = suspicion
        confirm(observation, suspicion, age: age, timing)
    }

    private mutating func suspect(_ observation: Observation, _ timing: Timing) {
        health.suspicion = KeyHealth.Suspicion(
            since: observation.at, finding: observation.finding, httpStatus: observation.httpStatus,
            code: observation.classification.providerCode)
        health.nextProbeAt = observation.at.addingTimeInterval(timing.gap(for: observation))
        events.append(.suspected)
    }

    private mutating func confirm(
        _ observation: Observation, _ suspicion: KeyHealth.Suspicion, age: TimeInterval, _ timing: Timing
    ) {
        let needed = observation.classification.strength == .specific ? 2 : 3
        if suspicion.deadCount >= needed, age >= timing.span(for: observation) {
            // Due still: the guard sets the next probe when it holds the key back, and a crash before that loses nothing.
            health.nextProbeAt = observation.at
            return events.append(.confirmed)
        }
        let end = suspicion.since.addingTimeInterval(timing.span(for: observation))
        let turn = KeySlot.next(after: observation.at, slot: health.slot, period: timing.period)
        let earliest = observation.at.addingTimeInterval(timing.gap(for: observation))
        health.nextProbeAt = max(earliest, min(end, turn))
    }

    private mutating func stillDead(_ observation: Observation) {
        let start = health.disabling?.at ?? observation.at
        health.nextProbeAt = Timing.nextRecovery(disabledAt: start, after: observation.at)
        if health.nextProbeAt == nil { events.append(.recoveryEnded) }
    }

    private mutating func unknown(_ observation: Observation) {
        health.unknownCount += 1
        let asked = observation.classification.retryAfter.map { Double($0.components.seconds) } ?? 0
        let own = health.status == .disabled || observation.finding.isOurs
        let wait = own ? Timing.day : Timing.backOff(unknownCount: health.unknownCount)
        let next = observation.at.addingTimeInterval(max(wait, min(asked, 7 * Timing.day)))
        let isOver = health.disabling.map { next.timeIntervalSince($0.at) > Timing.recoveryEnd } ?? false
        health.nextProbeAt = isOver ? nil : next
        if isOver { events.append(.recoveryEnded) }
    }
}

extension Timing {
    /// `confirmation.gap: 0s` scales only the gap of specific rules (ruling 17).
    fileprivate func gap(for observation: Observation) -> TimeInterval {
        observation.classification.strength == .specific ? gap : max(gap, Timing.day)
    }

    /// From the first dead answer to the one that may confirm it.
    fileprivate func span(for observation: Observation) -> TimeInterval {
        let rule = observation.classification.confirmOver.map { Double($0.components.seconds) }
        switch observation.classification.strength {
        case .specific: return max(gap, rule ?? 0)
        case .ambiguous, .never: return max(gap, rule ?? Timing.ambiguousOver)
        }
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
}
