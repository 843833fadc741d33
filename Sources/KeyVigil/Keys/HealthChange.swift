internal import Database
package import Vocabulary

/// A key's health to be written, if it was not changed since it was read.
package struct HealthChange: Sendable {
    let values: [SQLValue]
    /// Whether only the last answer and the next probe changed, as in nearly every check. Then few columns are
    /// written, and none by which keys are counted.
    let isRoutine: Bool

    /// A change of the key's health from `seen`, as it was read, to `health`; see
    /// ``HealthTable/write(_:keyID:ifStill:in:)``.
    package init(_ health: KeyHealth, keyID: String, ifStill seen: KeyHealth) {
        isRoutine = health.isRoutine(after: seen)
        // One array literal, because nearly every check makes this array.
        let routine: [SQLValue] = [
            .integer(health.unknownCount), .time(health.lastCheckedAt), .time(health.lastConclusiveAt),
            .text(health.lastFinding?.rawValue), .time(health.nextProbeAt), .time(health.aliveAt),
            .integer(seen.slice), .id(keyID), .integer(seen.version), .text(seen.status.rawValue),
            .text(seen.disabling?.by.rawValue), .time(seen.suspicion?.since), .time(seen.nextProbeAt),
            .time(seen.lastCheckedAt),
        ]
        let answer = routine.prefix(Self.answerColumns)
        let guarding = routine.dropFirst(Self.answerColumns)
        values = isRoutine ? routine : answer + Self.others(health) + guarding
    }

    /// How many columns every change writes: the answer and the next probe. The row's conditions follow.
    private static let answerColumns = 6

    /// The columns that a routine change does not write; in the statement they follow the answer and the next probe.
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
    /// Whether the key stays active and unsuspected, and only its last answer and its next probe changed.
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
