internal import Database
package import Vocabulary

/// A key's health to be written, if nobody changed it since it was seen.
package struct HealthChange: Sendable {
    let values: [SQLValue]
    /// Whether only the answer and the next turn are new, as with nearly every check: then few columns are written, and
    /// none by which keys are counted.
    let isRoutine: Bool

    /// A change; see ``Database/Connection/writeHealth(_:keyID:ifStill:)``.
    package init(_ health: KeyHealth, keyID: String, ifStill seen: KeyHealth) {
        isRoutine = health.isRoutine(after: seen)
        // In one piece: nearly every check makes one.
        let routine: [SQLValue] = [
            .integer(health.unknownCount), .time(health.lastCheckedAt), .time(health.lastConclusiveAt),
            .text(health.lastFinding?.rawValue), .time(health.nextProbeAt), .time(health.aliveAt),
            .integer(seen.slice), .text(keyID), .integer(seen.version), .text(seen.status.rawValue),
            .text(seen.disabling?.by.rawValue), .time(seen.suspicion?.since), .time(seen.nextProbeAt),
            .time(seen.lastCheckedAt),
        ]
        let (answer, guarding) = (routine.prefix(Self.answerColumns), routine.dropFirst(Self.answerColumns))
        values = isRoutine ? routine : answer + Self.others(health) + guarding
    }

    /// How many columns every change writes: the answer and the turn, before those by which the row is found.
    private static let answerColumns = 6

    /// What a routine change leaves as it is; in the statement it stands behind the answer and the turn.
    private static func others(_ health: KeyHealth) -> [SQLValue] {
        [
            .integer(health.version), .text(health.status.rawValue), .text(health.disabling?.by.rawValue),
            .time(health.disabling?.at), .text(health.disabling?.finding?.rawValue),
            .time(health.suspicion?.since), .text(health.suspicion?.finding.rawValue),
            .integer(health.suspicion?.httpStatus), .text(health.suspicion?.code),
            .integer(health.suspicion?.deadCount ?? 0), .time(health.suspicion?.countedFrom),
            .text(health.suspicion?.requestID), .time(health.exhaustedSince), .text(health.keyType),
            .time(health.uncheckableSince), .text(health.host),
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
