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
        let statement = isRoutine ? HealthStatements.routineColumns : HealthStatements.allColumns
        values = statement.values(of: health, keyID: keyID, ifStill: seen)
    }
}

extension KeyHealth {
    /// Whether the key stays active and unsuspected, and none of ``HealthColumn/others`` changed.
    fileprivate func isRoutine(after seen: KeyHealth) -> Bool {
        guard case .active(nil) = seen.state, case .active(nil) = state else { return false }
        return version == seen.version && exhaustedSince == seen.exhaustedSince
            && uncheckableSince == seen.uncheckableSince && keyType == seen.keyType && host == seen.host
    }
}
