internal import Database
public import Foundation

/// Whether a key may be used, and who said so.
public enum KeyStatus: String, Sendable, CaseIterable {
    /// Probed and used.
    case active
    /// Not used; the job re-enables only what the job disabled.
    case disabled
    /// Taken out of use for good by an operator; never probed again.
    case revoked
}

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
        /// From when it counts: `since`, or later where a brake that held it let go (ruling 1). Nothing else moves it, so
        /// that a later time tells that a brake was on.
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
        public var by: Actor
        /// When.
        public var at: Date
        /// The finding, for the job's.
        public var finding: Finding?

        /// A disabling.
        public init(by: Actor, at: Date, finding: Finding?) {
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
    public init(slot: KeySlot, now: Date) {
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
    /// The columns that ``init(row:from:)`` reads, of `key_health` named `h`.
    static let columns = """
        h.slice, h.slot, h.key_version, h.status, h.disabled_by, h.disabled_at, h.disabled_finding, h.suspected_since,
        h.suspect_finding, h.suspect_http_status, h.suspect_code, h.dead_count, h.unknown_count, h.exhausted_since,
        h.last_checked_at, h.last_conclusive_at, h.last_finding, h.next_probe_at, h.key_type, h.alive_at,
        h.suspect_counted_from, h.suspect_request_id, h.uncheckable_since, h.host
        """

    /// Reads ``columns`` from column `start` on.
    init(row: Row, from start: Int) {
        slice = row.integer(start)
        slot = row.integer(start + 1)
        version = row.integer(start + 2)
        status = KeyStatus(rawValue: row.text(start + 3)) ?? .disabled
        disabling = row.optionalText(start + 4).flatMap(Actor.init).flatMap { actor in
            row.time(start + 5).map {
                Disabling(by: actor, at: $0, finding: row.optionalText(start + 6).flatMap(Finding.init))
            }
        }
        suspicion = row.time(start + 7).map {
            Suspicion(
                since: $0, finding: Finding(rawValue: row.text(start + 8)) ?? .invalid,
                httpStatus: row.optionalInteger(start + 9), code: row.optionalText(start + 10),
                requestID: row.optionalText(start + 21), deadCount: row.integer(start + 11),
                countedFrom: row.time(start + 20))
        }
        unknownCount = row.integer(start + 12)
        exhaustedSince = row.time(start + 13)
        lastCheckedAt = row.time(start + 14)
        lastConclusiveAt = row.time(start + 15)
        lastFinding = row.optionalText(start + 16).flatMap(Finding.init)
        nextProbeAt = row.time(start + 17)
        keyType = row.text(start + 18)
        aliveAt = row.time(start + 19)
        uncheckableSince = row.time(start + 22)
        host = row.text(start + 23)
    }
}

extension Connection {
    func insertHealth(_ rows: [(health: KeyHealth, keyID: String, provider: String)]) throws {
        try execute(Self.newHealth, rows: rows.map { $0.health.values(of: $0.keyID, $0.provider) })
    }

    private static let newHealth = BatchStatement.insert(
        into: "key_health",
        [
            ("slice", .integer), ("key_id", .text), ("provider", .text), ("key_version", .integer), ("slot", .integer),
            ("last_checked_at", .time), ("last_conclusive_at", .time), ("last_finding", .text),
            ("next_probe_at", .time), ("exhausted_since", .time), ("key_type", .text), ("alive_at", .time),
            ("host", .text),
        ])
}

extension KeyHealth {
    fileprivate func values(of keyID: String, _ provider: String) -> [SQLValue] {
        [
            .integer(slice), .text(keyID), .text(provider), .integer(version), .integer(slot), .time(lastCheckedAt),
            .time(lastConclusiveAt), .text(lastFinding?.rawValue), .time(nextProbeAt), .time(exhaustedSince),
            .text(keyType), .time(aliveAt), .text(host),
        ]
    }
}
