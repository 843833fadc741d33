internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// A notice that a tenant is owed. It is unique by tenant, subject, kind and episode, so that neither a crash nor a
/// second runner queues it twice (ruling 18).
struct OwedNotice: Sendable {
    /// Facts that the mail needs and that the store may no longer hold when the mail is composed.
    struct Details: Codable, Sendable {
        var finding: Finding
        var code: String?
        var since: Date
        var downSince: Date?
        var expiresAt: Date?
        /// The key is not disabled before this time.
        var notBefore: Date?
    }

    let tenantID: String
    let keyID: String
    let kind: NoticeKind
    let episode: String
    let facts: Details
    let at: Date
}

extension OwedNotice {
    /// The notice that an event of a sweep owes the key's tenant; nil where it owes none.
    ///
    /// - Parameters:
    ///   - key: the key before the probe.
    ///   - health: the key's health after the event.
    ///   - isOnTenantsHost: whether the key was probed on the tenant's own host, which only the tenant can repair.
    init?(
        event: HealthTransition.Event, of key: StoredKey, health: KeyHealth, observation: Observation,
        isOnTenantsHost: Bool
    ) {
        var facts = Details(
            finding: observation.finding, code: observation.classification.providerCode, since: observation.at)
        switch event {
        case .recovered:
            facts.downSince = key.health.disabling?.at
            kind = .keyWorksAgain
        case .exhausted: kind = .outOfCredit
        case .refusedThrice:
            guard let suspicion = health.suspicion else { return nil }
            facts.since = suspicion.since
            facts.notBefore = suspicion.confirmed(by: observation)
            kind = .keyRefused
        case .keyTypeRetired: kind = .keyTypeRetired
        case .uncheckableForAWeek:
            guard isOnTenantsHost, observation.finding.isAtTheHost else { return nil }
            facts.since = health.uncheckableSince ?? observation.at
            kind = .keyUncheckable
        case .recoveryEnded:
            guard let disabling = key.health.disabling else { return nil }
            facts = Details(finding: disabling.finding ?? observation.finding, since: disabling.at)
            kind = .keyGivenUp
        case .suspected, .confirmed, .cleared, .creditRestored: return nil
        }
        tenantID = key.tenantID
        keyID = key.id
        at = observation.at
        self.facts = facts
        episode =
            kind == .keyTypeRetired ? "v\(key.health.version)" : UTCText.string(facts.downSince ?? facts.since)
    }

    /// The notice that a key was disabled; the time of the disabling is its episode.
    init(disabled candidate: Candidate, at date: Date) {
        tenantID = candidate.key.tenantID
        keyID = candidate.key.id
        kind = .keyDisabled
        episode = UTCText.string(date)
        facts = Details(
            finding: candidate.observation.finding, code: candidate.observation.classification.providerCode,
            since: date)
        at = date
    }

    /// The notice that a key expires; expiry, threshold in days and the key's version are its episode.
    init(expiring key: StoredKey, at expiry: Date, daysBefore threshold: Int, now: Date) {
        tenantID = key.tenantID
        keyID = key.id
        kind = .keyExpiring
        episode = "\(UTCText.string(expiry))/\(threshold)/v\(key.health.version)"
        facts = Details(finding: key.health.lastFinding ?? .valid, since: now, expiresAt: expiry)
        at = now
    }
}

extension Suspicion {
    /// The earliest time at which refusals like this one may confirm the suspicion.
    fileprivate func confirmed(by observation: Observation) -> Date {
        let span = observation.classification.confirmOver.map { Double($0.components.seconds) }
        return countedFrom.addingTimeInterval(span ?? Timing.ambiguousOver)
    }
}

extension Finding {
    /// Whether the host is gone or blocks us, which only the owner of the host can correct.
    var isAtTheHost: Bool { self == .endpointChanged || self == .egressBlocked }
}

extension NoticeTable {
    /// Queues a notice unless one of the same episode was queued before. Returns whether it is new.
    static func queue(_ notice: OwedNotice, in transaction: StoreTransaction) throws -> Bool {
        let facts = String(decoding: try JSONEncoder().encode(notice.facts), as: UTF8.self)
        return try transaction.execute(
            """
            INSERT INTO notice (id, tenant_id, subject, kind, episode, facts, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, subject, kind, episode) DO NOTHING
            """,
            [
                .id(UUID().uuidString.lowercased()), .text(notice.tenantID), .text(notice.keyID),
                .text(notice.kind.rawValue), .text(notice.episode), .text(facts), .time(notice.at),
            ]) == 1
    }
}
