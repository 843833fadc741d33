public import Foundation

/// What probes have shown about a key, and its state. The store keeps it in a row of its own, apart from the
/// credential.
///
/// Each change of the state is a function of this file. One that does not fit the present state changes nothing, and
/// returns false or throws; so no key is in a state that cannot be.
public struct KeyHealth: Sendable, Equatable {
    /// The slice of the key space with which a runner leases the key, 0 to 63; never changes.
    public let slice: Int
    /// When in its recurring schedule the key is due (``KeySlot``), in seconds; never changes.
    public let slot: Int
    /// 1, and one more after each replacement of the secret. A verdict applies only to the version that was probed
    /// (promise 3).
    public private(set) var version: Int
    /// Whether the key may be used, and why not.
    public private(set) var state: KeyState
    /// When the next probe is due; nil: never (ruling 12).
    public private(set) var nextProbeAt: Date?
    /// How many unknown answers came in a row, for the back-off.
    public private(set) var unknownCount: Int
    /// When the present episode without credit began; nil where there is none.
    public private(set) var exhaustedSince: Date?
    /// Since when probes cannot check the key, for a reason other than the key itself (ruling 15).
    public private(set) var uncheckableSince: Date?
    /// When the key was last probed, whatever the verdict.
    public package(set) var lastCheckedAt: Date?
    /// When the last alive or dead answer came: what coverage counts.
    public package(set) var lastConclusiveAt: Date?
    /// The last finding, whatever its verdict.
    public package(set) var lastFinding: Finding?
    /// When the last alive answer came that the guard has counted or need not count; nil for a key never seen alive.
    public package(set) var aliveAt: Date?
    /// The catalogue's name for the key's shape, by which the guard counts; empty until the key was probed.
    public package(set) var keyType = ""
    /// The host of the key's probes, where a parameter chooses one of the provider's hosts; empty elsewhere.
    public package(set) var host = ""

    /// The health of a new key that was never checked: active, and due at `now`.
    package init(slot: KeySlot, now: Date) {
        self.init(stored: .active(nil), slot: slot, version: 1, nextProbeAt: now)
    }

    /// A health as the store has it; only the reader of its rows calls this.
    package init(
        stored state: KeyState, slot: KeySlot, version: Int, nextProbeAt: Date?, unknownCount: Int = 0,
        exhaustedSince: Date? = nil, uncheckableSince: Date? = nil
    ) {
        slice = slot.slice
        self.slot = slot.seconds
        self.version = version
        self.state = state
        self.nextProbeAt = nextProbeAt
        self.unknownCount = unknownCount
        self.exhaustedSince = exhaustedSince
        self.uncheckableSince = uncheckableSince
    }
}

// MARK: - What the state says

extension KeyHealth {
    /// The state's name.
    public var status: KeyStatus { state.status }

    /// The suspicion of an active key; nil for every other.
    public var suspicion: Suspicion? { if case .active(let suspicion) = state { suspicion } else { nil } }

    /// What disabled a disabled key; nil for every other.
    public var disabling: Disabling? { if case .disabled(let disabling) = state { disabling } else { nil } }

    /// Whether the job checks the key: it is active, or the job disabled it and may find it alive again (promise 9).
    package var isProbed: Bool { status == .active || disabling?.by == .job }
}

// MARK: - What a probe changes

extension KeyHealth {
    /// Records when and with what finding the key was probed. A conclusive answer ends the back-off and the time
    /// without a check; an unknown one is counted.
    package mutating func record(_ observation: Observation) {
        lastCheckedAt = observation.at
        lastFinding = observation.finding
        guard observation.verdict != .unknown else { return unknownCount += 1 }
        lastConclusiveAt = observation.at
        uncheckableSince = nil
        unknownCount = 0
    }

    /// A first dead answer: an active, unsuspected key becomes suspected. Returns whether it did.
    package mutating func suspect(by observation: Observation) -> Bool {
        guard case .active(nil) = state, observation.verdict == .dead else { return false }
        state = .active(Suspicion(observation))
        return true
    }

    /// A further dead answer: the suspicion that stands becomes `suspicion`, which has the same beginning. Returns
    /// false where no suspicion of that beginning stands.
    package mutating func escalate(to suspicion: Suspicion) -> Bool {
        guard case .active(let standing?) = state, standing.since == suspicion.since else { return false }
        state = .active(suspicion)
        return true
    }

    /// An alive answer: a suspicion ends. Returns whether one stood.
    package mutating func clear() -> Bool {
        guard case .active(_?) = state else { return false }
        state = .active(nil)
        return true
    }

    /// The job disables a suspected key, after a refusal with this finding, and probes it again at `nextProbeAt`.
    /// Returns false, and changes nothing, for a key that is not suspected and for a finding that is not dead
    /// (promise 2).
    package mutating func disable(for finding: Finding, at now: Date, nextProbeAt: Date?) -> Bool {
        guard case .active(_?) = state, finding.verdict == .dead else { return false }
        state = .disabled(Disabling(.job(finding), at: now))
        self.nextProbeAt = nextProbeAt
        // Should it be enabled and refused again without an accepted check, it is not newly dead: it counts once.
        aliveAt = nil
        return true
    }

    /// An alive answer: a key that the job disabled becomes active. Returns whether it did; one that an operator
    /// disabled stays disabled (promise 9).
    package mutating func recover() -> Bool {
        guard case .disabled(let disabling) = state, disabling.by == .job else { return false }
        state = .active(nil)
        return true
    }

    /// Credit ran out: an episode without credit begins. Returns false where one lasts already.
    package mutating func runOutOfCredit(at date: Date) -> Bool {
        guard exhaustedSince == nil else { return false }
        exhaustedSince = date
        return true
    }

    /// Credit is back: the episode without credit ends. Returns whether there was one.
    package mutating func restoreCredit() -> Bool {
        guard exhaustedSince != nil else { return false }
        exhaustedSince = nil
        return true
    }

    /// A probe could not check the key, for a reason other than the key. Returns since when this is so: the time of
    /// the first such probe since the last conclusive answer.
    package mutating func becomeUncheckable(at date: Date) -> Date {
        let since = uncheckableSince ?? date
        uncheckableSince = since
        return since
    }
}

// MARK: - When the next probe is due

extension KeyHealth {
    /// Sets when the next probe is due; nil: never. A key that the job does not check stays without one.
    package mutating func schedule(_ date: Date?) { nextProbeAt = isProbed ? date : nil }

    /// Moves the next probe to an hour after `expiry`, where it would come later (ruling 21).
    package mutating func keepUntil(expiry: Date?, now: Date) {
        guard let due = expiry?.addingTimeInterval(3600), due > now, let next = nextProbeAt, due < next else { return }
        nextProbeAt = due
    }
}

// MARK: - What a tenant or an operator changes

extension KeyHealth {
    /// What an operator is told who changes a revoked key.
    package static let revoked = InvalidInput("the key is revoked, which is for good; delete it and add the new one")

    /// An operator disables the key until an operator enables it; the job never does (promise 9). A suspicion ends.
    ///
    /// - Throws: `InvalidInput` for a revoked key.
    package mutating func disable(at now: Date) throws(InvalidInput) {
        guard state != .revoked else { throw Self.revoked }
        state = .disabled(Disabling(.operator, at: now))
        nextProbeAt = nil
    }

    /// An operator makes the key active, whoever disabled it, and due at `now`. A suspicion and the back-off end.
    ///
    /// - Throws: `InvalidInput` for a revoked key.
    package mutating func enable(at now: Date) throws(InvalidInput) {
        guard state != .revoked else { throw Self.revoked }
        becomeActive(dueAt: now)
    }

    /// An operator takes the key out of use for good.
    package mutating func revoke() {
        state = .revoked
        nextProbeAt = nil
    }

    /// The secret is replaced: the version goes up, and what probes showed about the old secret is forgotten, as it
    /// says nothing about the new one. The key becomes active and due at `now`, unless an operator disabled it.
    ///
    /// - Throws: `InvalidInput` for a revoked key.
    package mutating func replace(at now: Date) throws(InvalidInput) {
        guard state != .revoked else { throw Self.revoked }
        version += 1
        exhaustedSince = nil
        uncheckableSince = nil
        lastCheckedAt = nil
        lastConclusiveAt = nil
        lastFinding = nil
        aliveAt = nil
        if isProbed { becomeActive(dueAt: now) }
    }

    /// Records the alive answer with which a key is added or replaced, and schedules its next check. A key that stays
    /// disabled keeps nothing of it.
    ///
    /// - Parameter period: the seconds within which every key is checked.
    package mutating func accept(_ observation: Observation, period: TimeInterval) {
        guard case .active(nil) = state else { return }
        record(observation)
        aliveAt = observation.at
        exhaustedSince = observation.finding == .exhausted ? observation.at : nil
        nextProbeAt = KeySlot.next(after: observation.at, slot: slot, period: period)
    }

    private mutating func becomeActive(dueAt date: Date) {
        state = .active(nil)
        unknownCount = 0
        nextProbeAt = date
    }
}
