internal import Database
internal import Foundation
internal import Vocabulary

extension KeyHealth {
    /// The columns that ``init(row:from:)`` reads, of `key_health` named `h`.
    static let columns = """
        h.slice, h.slot, h.key_version, h.status, h.disabled_by, h.disabled_at, h.disabled_finding, h.suspected_since,
        h.suspect_finding, h.suspect_http_status, h.suspect_code, h.dead_count, h.unknown_count, h.exhausted_since,
        h.last_checked_at, h.last_conclusive_at, h.last_finding, h.next_probe_at, h.key_type, h.alive_at,
        h.suspect_counted_from, h.suspect_request_id, h.uncheckable_since, h.host
        """

    /// Reads ``columns``, the first of which is column `start` of the row.
    init(row: Row, from start: Int) {
        self.init(slot: KeySlot(slice: row.integer(start), seconds: row.integer(start + 1)), now: .distantPast)
        version = row.integer(start + 2)
        status = KeyStatus(rawValue: row.text(start + 3)) ?? .disabled
        disabling = row.optionalText(start + 4).flatMap(AuditActor.init).flatMap { actor in
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

extension KeyHealth {
    func values(of keyID: String, _ provider: String) -> [SQLValue] {
        [
            .integer(slice), .id(keyID), .text(provider), .integer(version), .integer(slot), .time(lastCheckedAt),
            .time(lastConclusiveAt), .text(lastFinding?.rawValue), .time(nextProbeAt), .time(exhaustedSince),
            .text(keyType), .time(aliveAt), .text(host),
        ]
    }
}
