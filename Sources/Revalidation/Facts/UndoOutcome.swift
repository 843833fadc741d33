/// What an undo does with one key that a run disabled.
package enum UndoOutcome: String, Sendable, CaseIterable {
    /// The key is active again, without a suspicion; the next run probes it.
    case enabled
    /// The key is active already: it was enabled, replaced or recovered.
    case inUse
    /// A later run disabled it again.
    case disabledAnew
    /// An operator has disabled it since.
    case disabledByOperator
    /// An operator has revoked it, which is final.
    case revoked
    /// It is not in the store any more.
    case deleted
}
