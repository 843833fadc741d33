public import Database

/// A key's health to be written, if nobody changed it since it was seen.
public struct HealthChange: Sendable {
    let values: [SQLValue]
    /// Whether only the answer and the next turn are new, as with nearly every check: then few columns are written, and
    /// none by which keys are counted.
    let isRoutine: Bool

    /// A change; see ``Database/Connection/writeHealth(_:keyID:ifStill:)``.
    public init(_ health: KeyHealth, keyID: String, ifStill seen: KeyHealth) {
        isRoutine = health.isRoutine(after: seen)
        values =
            isRoutine
            ? Self.routineValues(health, keyID, seen) : Self.allValues(health, keyID, seen)
    }

    private static func routineValues(_ health: KeyHealth, _ keyID: String, _ seen: KeyHealth) -> [SQLValue] {
        [
            .integer(health.unknownCount), .time(health.lastCheckedAt), .time(health.lastConclusiveAt),
            .text(health.lastFinding?.rawValue), .time(health.nextProbeAt), .time(health.aliveAt),
            .integer(health.slice), .text(keyID), .integer(seen.version), .text(seen.status.rawValue),
            .text(nil), .time(nil), .time(seen.nextProbeAt), .time(seen.lastCheckedAt),
        ]
    }

    private static func allValues(_ health: KeyHealth, _ keyID: String, _ seen: KeyHealth) -> [SQLValue] {
        [
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
            .time(seen.nextProbeAt), .time(seen.lastCheckedAt),
        ]
    }
}

extension KeyHealth {
    /// Whether the key is and was in use and unsuspected, and nothing else about it changed than its last answer and its
    /// next turn.
    fileprivate func isRoutine(after seen: KeyHealth) -> Bool {
        guard seen.status == .active, seen.disabling == nil, seen.suspicion == nil else { return false }
        var same = seen
        same.unknownCount = unknownCount
        same.lastCheckedAt = lastCheckedAt
        same.lastConclusiveAt = lastConclusiveAt
        same.lastFinding = lastFinding
        same.nextProbeAt = nextProbeAt
        same.aliveAt = aliveAt
        return same == self
    }
}

extension Connection {
    /// Writes a key's health if nobody changed it since it was `seen`; false where somebody did, and then nothing was
    /// written.
    ///
    /// Version and status are not enough: an operator may disable what the job had disabled, or switch the tenant's
    /// BYOK off, while a probe is on its way. Each such change moves or removes the key's turn; and an answer that another
    /// stored meanwhile, whose next turn may be the same, moves the last check.
    public func writeHealth(_ health: KeyHealth, keyID: String, ifStill seen: KeyHealth) throws -> Bool {
        let change = HealthChange(health, keyID: keyID, ifStill: seen)
        return try !writeHealth([change]).isEmpty
    }

    /// Many of them together; the numbers of those that were written.
    public func writeHealth(_ changes: [HealthChange]) throws -> Set<Int> {
        let texts = dialect == .sqlite ? HealthStatements.embedded : HealthStatements.server
        var written: Set<Int> = []
        for (isRoutine, statement) in [(true, texts.routine), (false, texts.all)] {
            let numbers = changes.indices.filter { changes[$0].isRoutine == isRoutine }
            guard !numbers.isEmpty else { continue }
            for number in try execute(statement, rows: numbers.map { changes[$0].values }) {
                written.insert(numbers[number])
            }
        }
        return written
    }
}

private struct HealthStatements {
    let routine: BatchStatement
    let all: BatchStatement

    static let embedded = HealthStatements(.sqlite)
    static let server = HealthStatements(.postgresql)

    /// A server that has not yet seen how many keys there are, and which, may take the wrong way for the shortest, and walk
    /// through all keys for each row. So it is given one way only, by the id: the slice is said to SQLite alone, whose rows
    /// lie in its order, and everything else is compared with values, of which a server knows nothing beforehand.
    private init(_ dialect: Dialect) {
        routine = .update(
            "key_health",
            set: """
                unknown_count = $1, last_checked_at = $2, last_conclusive_at = $3, last_finding = $4,
                next_probe_at = $5, alive_at = $6
                """,
            where: """
                \(dialect == .sqlite ? "slice = $7 AND " : "")key_id = $8 AND key_version = $9 AND status = $10
                AND disabled_by \(dialect.isSame) $11 AND suspected_since \(dialect.isSame) $12
                AND next_probe_at \(dialect.isSame) $13 AND last_checked_at \(dialect.isSame) $14
                """,
            types: [
                .integer, .time, .time, .text, .time, .time, .integer, .text, .integer, .text, .text, .time, .time,
                .time,
            ])
        all = .update(
            "key_health",
            set: """
                key_version = $1, status = $2, disabled_by = $3, disabled_at = $4, disabled_finding = $5,
                suspected_since = $6, suspect_finding = $7, suspect_http_status = $8, suspect_code = $9,
                dead_count = $10, unknown_count = $11, exhausted_since = $12, last_checked_at = $13,
                last_conclusive_at = $14, last_finding = $15, next_probe_at = $16, key_type = $17, alive_at = $18,
                suspect_counted_from = $19, suspect_request_id = $20, uncheckable_since = $21, host = $22
                """,
            where: """
                \(dialect == .sqlite ? "slice = $23 AND " : "")key_id = $24 AND key_version = $25 AND status = $26
                AND disabled_by \(dialect.isSame) $27 AND suspected_since \(dialect.isSame) $28
                AND next_probe_at \(dialect.isSame) $29 AND last_checked_at \(dialect.isSame) $30
                """,
            types: [
                .integer, .text, .text, .time, .text, .time, .text, .integer, .text, .integer, .integer, .time, .time,
                .time, .text, .time, .text, .time, .time, .text, .time, .text, .integer, .text, .integer, .text, .text,
                .time, .time, .time,
            ])
    }
}
