public import Foundation

/// What probes have shown about a key. The store keeps it in a row of its own, apart from the credential.
public struct KeyHealth: Sendable, Equatable {
    /// The first dead answer, kept until an alive one clears it or the key is disabled because of it.
    public struct Suspicion: Sendable, Equatable {
        /// When the first dead answer came.
        public var since: Date
        /// The finding of that answer.
        public var finding: Finding
        /// Its HTTP status.
        public var httpStatus: Int?
        /// The provider's machine-readable code, filtered (ruling 25).
        public var code: String?
        /// The provider's request id, filtered (ruling 25).
        public var requestID: String?
        /// How many dead answers count, each a gap after the one before; at least 1.
        public var deadCount: Int
        /// The time from which the wait for a confirmation is measured: `since`, or the later time at which an open
        /// breaker closed (ruling 1). Nothing else moves it, so a time after `since` shows that a breaker was open.
        public var countedFrom: Date

        /// A suspicion; without `countedFrom` it counts from `since`.
        public init(
            since: Date, finding: Finding, httpStatus: Int?, code: String?, requestID: String? = nil,
            deadCount: Int = 1, countedFrom: Date? = nil
        ) {
            self.since = since
            self.finding = finding
            self.httpStatus = httpStatus
            self.code = code
            self.requestID = requestID
            self.deadCount = deadCount
            self.countedFrom = countedFrom ?? since
        }
    }

    /// Which actor disabled the key, when and why.
    public struct Disabling: Sendable, Equatable {
        /// The job or an operator.
        public var by: AuditActor
        /// When the key was disabled.
        public var at: Date
        /// The finding for which the job disabled the key; nil where an operator did.
        public var finding: Finding?

        /// A disabling by the job, with its finding, or by an operator, without one.
        public init(by: AuditActor, at: Date, finding: Finding?) {
            self.by = by
            self.at = at
            self.finding = finding
        }
    }

    /// The slice of the key space with which a runner leases the key, 0 to 63; never changes.
    public var slice: Int
    /// When in its recurring schedule the key is due (``KeySlot``), in seconds; never changes.
    public var slot: Int
    /// 1, and one more after each replacement of the secret. A verdict applies only to the version that was probed
    /// (promise 3).
    public var version: Int
    /// Whether the key may be used.
    public var status: KeyStatus
    /// Set while `status` is `disabled`.
    public var disabling: Disabling?
    /// Set from a first dead answer until the suspicion ends.
    public var suspicion: Suspicion?
    /// How many unknown answers came in a row, for the back-off.
    public var unknownCount: Int
    /// When the present episode without credit began; nil where there is none.
    public var exhaustedSince: Date?
    /// When the key was last probed, whatever the verdict.
    public var lastCheckedAt: Date?
    /// When the last alive or dead answer came: what coverage counts.
    public var lastConclusiveAt: Date?
    /// The last finding, whatever its verdict.
    public var lastFinding: Finding?
    /// When the next probe is due; nil: never (ruling 12).
    public var nextProbeAt: Date?
    /// The catalogue's name for the key's shape, by which the guard counts; empty until the key was probed.
    public var keyType: String
    /// The host of the key's probes, where a parameter chooses one of the provider's hosts; empty elsewhere.
    public var host: String
    /// When the last alive answer came that the guard has counted or need not count; nil for a key never seen alive.
    public var aliveAt: Date?
    /// Since when probes cannot check the key, for a reason other than the key itself (ruling 15).
    public var uncheckableSince: Date?

    /// The health of a new key that was never checked: active, and due at `now`.
    package init(slot: KeySlot, now: Date) {
        slice = slot.slice
        self.slot = slot.seconds
        version = 1
        status = .active
        unknownCount = 0
        nextProbeAt = now
        keyType = ""
        host = ""
    }
}

extension KeyHealth {
    /// Makes the key active and ends its disabling, suspicion and back-off.
    public mutating func becomeActive() {
        status = .active
        disabling = nil
        suspicion = nil
        unknownCount = 0
    }

    /// Records the alive answer with which a key is saved, and schedules its next check.
    ///
    /// - Parameter period: the seconds within which every key is checked.
    public mutating func accept(_ observation: Observation, period: TimeInterval) {
        lastCheckedAt = observation.at
        lastConclusiveAt = observation.at
        lastFinding = observation.finding
        aliveAt = observation.at
        exhaustedSince = observation.finding == .exhausted ? observation.at : nil
        nextProbeAt = KeySlot.next(after: observation.at, slot: slot, period: period)
    }

    /// Moves the next probe to an hour after `expiry`, where it would come later (ruling 21).
    public mutating func keepUntil(expiry: Date?, now: Date) {
        guard let due = expiry?.addingTimeInterval(3600), due > now, let next = nextProbeAt, due < next else { return }
        nextProbeAt = due
    }
}
