internal import Database
internal import Foundation

/// A key's health to be written, if nobody changed it since it was seen.
public struct HealthChange: Sendable {
    let values: [SQLValue]

    /// A change; see ``Database/Connection/writeHealth(_:keyID:ifStill:)``.
    public init(_ health: KeyHealth, keyID: String, ifStill seen: KeyHealth) {
        values = [
            .integer(health.version), .text(health.status.rawValue), .text(health.disabling?.by.rawValue),
            .time(health.disabling?.at), .text(health.disabling?.finding?.rawValue),
            .time(health.suspicion?.since), .text(health.suspicion?.finding.rawValue),
            .integer(health.suspicion?.httpStatus), .text(health.suspicion?.code),
            .integer(health.suspicion?.deadCount ?? 0), .integer(health.unknownCount),
            .time(health.exhaustedSince), .time(health.lastCheckedAt), .time(health.lastConclusiveAt),
            .text(health.lastFinding?.rawValue), .time(health.nextProbeAt), .text(health.keyType),
            .time(health.aliveAt), .time(health.suspicion?.countedFrom), .text(health.suspicion?.requestID),
            .time(health.uncheckableSince), .text(health.host), .integer(health.slice), .text(keyID),
            .integer(seen.version),
            .text(seen.status.rawValue), .text(seen.disabling?.by.rawValue), .time(seen.suspicion?.since),
            .time(seen.nextProbeAt),
        ]
    }

    static func statement(_ dialect: Dialect) -> BatchStatement { dialect == .sqlite ? embedded : server }

    private static let embedded = make(.sqlite)
    private static let server = make(.postgresql)

    private static func make(_ dialect: Dialect) -> BatchStatement {
        .update(
            "key_health",
            set: """
                key_version = $1, status = $2, disabled_by = $3, disabled_at = $4, disabled_finding = $5,
                suspected_since = $6, suspect_finding = $7, suspect_http_status = $8, suspect_code = $9,
                dead_count = $10, unknown_count = $11, exhausted_since = $12, last_checked_at = $13,
                last_conclusive_at = $14, last_finding = $15, next_probe_at = $16, key_type = $17, alive_at = $18,
                suspect_counted_from = $19, suspect_request_id = $20, uncheckable_since = $21, host = $22
                """,
            where: """
                slice = $23 AND key_id = $24 AND key_version = $25 AND status = $26
                AND disabled_by \(dialect.isSame) $27 AND suspected_since \(dialect.isSame) $28
                AND next_probe_at \(dialect.isSame) $29
                """,
            types: [
                .integer, .text, .text, .time, .text, .time, .text, .integer, .text, .integer, .integer, .time, .time,
                .time, .text, .time, .text, .time, .time, .text, .time, .text, .integer, .text, .integer, .text, .text,
                .time, .time,
            ])
    }
}
