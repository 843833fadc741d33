internal import Database
internal import Foundation
internal import KeyVigil

/// What a tenant is owed: unique by tenant, subject, kind and episode, so that no crash and no second runner can owe it
/// twice (ruling 18).
struct OwedNotice: Sendable {
    /// What the mail will need and the store may not know any more when it is composed.
    struct Facts: Codable, Sendable {
        var finding: Finding
        var code: String?
        var since: Date
        var downSince: Date?
        var expiresAt: Date?
    }

    let tenantID: String
    let keyID: String
    let kind: NoticeKind
    let episode: String
    let facts: Facts
    let at: Date
}

extension OwedNotice {
    /// What an event of a sweep owes, if anything.
    init?(_ event: Ruling.Event, _ result: Judged) {
        let (key, at) = (result.key, result.observation.at)
        var facts = Facts(
            finding: result.observation.finding, code: result.observation.classification.providerCode, since: at)
        switch event {
        case .recovered:
            facts.downSince = key.health.disabling?.at
            kind = .keyWorksAgain
        case .exhausted: kind = .outOfCredit
        default: return nil
        }
        (tenantID, keyID, self.at, self.facts) = (key.tenantID, key.id, at, facts)
        episode = UTCText.string(facts.downSince ?? at)
    }

    /// A disabling; its time is its episode.
    init(disabled candidate: Candidate, at date: Date) {
        tenantID = candidate.key.tenantID
        keyID = candidate.key.id
        kind = .keyDisabled
        episode = UTCText.string(date)
        facts = Facts(
            finding: candidate.observation.finding, code: candidate.observation.classification.providerCode,
            since: date)
        at = date
    }

    /// The nearest threshold that an expiring key has passed.
    init(expiring key: StoredKey, at expiry: Date, daysBefore threshold: Int, now: Date) {
        tenantID = key.tenantID
        keyID = key.id
        kind = .keyExpiring
        episode = "\(UTCText.string(expiry))/\(threshold)/v\(key.health.version)"
        facts = Facts(finding: key.health.lastFinding ?? .valid, since: now, expiresAt: expiry)
        at = now
    }
}

extension Connection {
    /// Queues a notice unless it is owed or was told already; true where it is new.
    func queue(_ notice: OwedNotice) throws -> Bool {
        let facts = String(decoding: try JSONEncoder().encode(notice.facts), as: UTF8.self)
        return try execute(
            """
            INSERT INTO notice (id, tenant_id, subject, kind, episode, facts, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, subject, kind, episode) DO NOTHING
            """,
            [
                .text(UUID().uuidString.lowercased()), .text(notice.tenantID), .text(notice.keyID),
                .text(notice.kind.rawValue), .text(notice.episode), .text(facts), .time(notice.at),
            ]) == 1
    }
}
