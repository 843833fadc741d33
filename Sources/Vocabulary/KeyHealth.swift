public import Foundation

/// Everything that probes know about a key. One row, apart from the credential.
public struct KeyHealth: Sendable, Equatable {
    /// The first dead answer, kept until an alive one clears it or a confirmation acts on it.
    public struct Suspicion: Sendable, Equatable {
        /// When the first dead answer came.
        public var since: Date
        /// What it said.
        public var finding: Finding
        /// Its HTTP status.
        public var httpStatus: Int?
        /// The provider's code, filtered.
        public var code: String?
        /// The provider's request id, filtered.
        public var requestID: String?
        /// Dead answers that count, a gap apart each; at least 1.
        public var deadCount: Int
        /// From when it counts: `since`, or later where a breaker that held it closed (ruling 1). Nothing else moves it, so
        /// that a later time tells that a breaker was open.
        public var countedFrom: Date

        /// A suspicion.
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

    /// Who disabled it, when and why.
    public struct Disabling: Sendable, Equatable {
        /// The job or an operator.
        public var by: AuditActor
        /// When.
        public var at: Date
        /// The finding, for the job's.
        public var finding: Finding?

        /// A disabling.
        public init(by: AuditActor, at: Date, finding: Finding?) {
            self.by = by
            self.at = at
            self.finding = finding
        }
    }

    /// Where it stands in the key space; never changes.
    public var slice: Int
    /// Its turn in the period, in seconds; never changes.
    public var slot: Int
    /// Counts replacements of the key; a verdict is applied only to the version that was probed.
    public var version: Int
    /// Whether it may be used.
    public var status: KeyStatus
    /// Set while `status` is `disabled`.
    public var disabling: Disabling?
    /// Set from a first dead answer on.
    public var suspicion: Suspicion?
    /// Unknown answers in a row, for the back-off.
    public var unknownCount: Int
    /// Start of the present episode without credit.
    public var exhaustedSince: Date?
    /// Last probe of any verdict.
    public var lastCheckedAt: Date?
    /// Last alive or dead answer: what coverage counts.
    public var lastConclusiveAt: Date?
    /// Last finding of any verdict.
    public var lastFinding: Finding?
    /// When it is due; nil: never.
    public var nextProbeAt: Date?
    /// The provider's name for this shape of key, by which the guard counts; empty until it was probed.
    public var keyType: String
    /// Which of the provider's own hosts it was asked on, where a parameter chooses one; empty elsewhere.
    public var host: String
    /// The last alive answer that the guard has counted or need not count; nil for a key never seen alive.
    public var aliveAt: Date?
    /// Since when no probe can say anything about it, for a reason other than the key.
    public var uncheckableSince: Date?

    /// A fresh, never-checked key, due at once.
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
    /// In use again, with nothing held against it.
    public mutating func becomeActive() {
        status = .active
        disabling = nil
        suspicion = nil
        unknownCount = 0
    }

    /// A key that the provider has just called alive.
    public mutating func accept(_ observation: Observation, period: TimeInterval) {
        lastCheckedAt = observation.at
        lastConclusiveAt = observation.at
        lastFinding = observation.finding
        aliveAt = observation.at
        exhaustedSince = observation.finding == .exhausted ? observation.at : nil
        nextProbeAt = KeySlot.next(after: observation.at, slot: slot, period: period)
    }

    /// A key whose end is known is due an hour after it, if its turn comes later (ruling 21).
    public mutating func keepUntil(expiry: Date?, now: Date) {
        guard let due = expiry?.addingTimeInterval(3600), due > now, let next = nextProbeAt, due < next else { return }
        nextProbeAt = due
    }
}
