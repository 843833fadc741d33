extension UndoOutcome {
    /// What happened to the key, as the predicate of a sentence about it.
    ///
    /// - Parameter isDryRun: whether it is only what would happen.
    package func sentence(isDryRun: Bool) -> Sentence {
        switch self {
        case .enabled: Sentence(isDryRun ? "would be enabled" : "enabled")
        case .inUse: Sentence("is in use already")
        case .disabledAnew: Sentence("was disabled anew by a later run")
        case .disabledByOperator: Sentence("was disabled by an operator since")
        case .revoked: Sentence("was revoked")
        case .deleted: Sentence("was deleted")
        }
    }
}
