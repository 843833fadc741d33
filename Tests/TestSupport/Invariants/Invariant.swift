/// What must hold after any campaign, whatever was injected.
public enum Invariant: Int, CaseIterable, Sendable {
    /// Each key's state is what its audit rows make of it.
    case stateFromAudit = 1
    /// Each change of state has exactly one audit row, and the notice that belongs to it.
    case oneRowAChange
    /// No result of a lost lease: a run applies none that was asked before another one's of the same key was stored.
    case oneResultACheck
    /// Whatever was stored as a provider's answer was asked of that provider.
    case askedBeforeStored
    /// What was mailed is owed, once, and what is called sent was delivered.
    case mailedAsOwed
    /// No more keys are disabled in any 24 hours than the cap allows.
    case capped
    /// The audit log verifies.
    case chained
    /// No key, beyond its prefix, in store, output or mails.
    case secret
    /// No slice is leased beyond a lease's length, nor to a process that lives when all are done.
    case returned
}

/// One breach of an invariant.
public struct Violation: Sendable, CustomStringConvertible {
    /// What does not hold.
    public let invariant: Invariant
    private let text: String

    init(_ invariant: Invariant, _ text: String) { (self.invariant, self.text) = (invariant, text) }

    /// Number, name and facts.
    public var description: String { "(\(invariant.rawValue) \(invariant)) \(text)" }
}
